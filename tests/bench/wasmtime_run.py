"""Runs a WASI program in wasmtime, with a clock that counts only while the program runs.

    wasmtime_run.py PROGRAM ARGUMENT...           its nanoseconds are those of the processor
    wasmtime_run.py --fuel PROGRAM ARGUMENT...    its nanoseconds are instructions: the same on every machine
"""

import struct
import sys
import time

from wasmtime import Caller, Config, Engine, ExitTrap, Func, FuncType, Linker, Module, Store, ValType, WasiConfig

ALL = 1 << 60


def main(arguments: list[str]) -> int:
    counts = arguments[0] == "--fuel"
    arguments = arguments[1:] if counts else arguments
    config = Config()
    config.consume_fuel = counts
    engine = Engine(config)
    store = Store(engine)
    wasi = WasiConfig()
    wasi.argv = arguments
    wasi.preopen_dir("/", "/")
    wasi.inherit_stdout()
    wasi.inherit_stderr()
    store.set_wasi(wasi)
    if counts:
        store.set_fuel(ALL)

    def clock(caller: Caller, _clock: int, _precision: int, result: int) -> int:
        now = ALL - store.get_fuel() if counts else time.thread_time_ns()
        caller["memory"].write(caller, struct.pack("<Q", now), result)
        return 0

    linker = Linker(engine)
    linker.define_wasi()
    linker.allow_shadowing = True
    kind = FuncType([ValType.i32(), ValType.i64(), ValType.i32()], [ValType.i32()])
    linker.define(store, "wasi_snapshot_preview1", "clock_time_get", Func(store, kind, clock, access_caller=True))
    instance = linker.instantiate(store, Module.from_file(engine, arguments[0]))
    try:
        instance.exports(store)["_start"](store)
    except ExitTrap as exit:
        return exit.code
    return 0


sys.exit(main(sys.argv[1:]))
