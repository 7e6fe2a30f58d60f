"""Runs a WASI program in wasmtime.

    wasmtime_run.py PROGRAM ARGUMENT...           with a clock that counts only while the program runs
    wasmtime_run.py --fuel PROGRAM ARGUMENT...    prints the instructions that it executed behind its own output
"""

import struct
import sys
import time

from wasmtime import Caller, Config, Engine, ExitTrap, Func, FuncType, Linker, Module, Store, ValType, WasiConfig

ALL = 1 << 60


def clock(caller: Caller, _clock: int, _precision: int, result: int) -> int:
    caller["memory"].write(caller, struct.pack("<Q", time.thread_time_ns()), result)
    return 0


def main(arguments: list[str]) -> int:
    counts = arguments[0] == "--fuel"
    program = arguments[1] if counts else arguments[0]
    config = Config()
    config.consume_fuel = counts
    engine = Engine(config)
    linker = Linker(engine)
    linker.define_wasi()
    linker.allow_shadowing = True
    store = Store(engine)
    wasi = WasiConfig()
    wasi.argv = arguments[1 if counts else 0 :]
    wasi.preopen_dir("/", "/")
    wasi.inherit_stdout()
    wasi.inherit_stderr()
    store.set_wasi(wasi)
    if counts:
        store.set_fuel(ALL)
    kind = FuncType([ValType.i32(), ValType.i64(), ValType.i32()], [ValType.i32()])
    linker.define(store, "wasi_snapshot_preview1", "clock_time_get", Func(store, kind, clock, access_caller=True))
    instance = linker.instantiate(store, Module.from_file(engine, program))
    code = 0
    try:
        instance.exports(store)["_start"](store)
    except ExitTrap as exit:
        code = exit.code
    if counts:
        print(ALL - store.get_fuel())
    return code


sys.exit(main(sys.argv[1:]))
