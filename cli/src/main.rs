//! Fairlead on the command line.
fn main() {}
