//! The program as its users run it: real folders, real git, nothing of the tests' machine but its programs.

mod completion;
mod generate;
mod inspect;
mod interrupt;
mod refuse;
mod sandbox;
mod start;
