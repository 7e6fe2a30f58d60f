#!/usr/bin/env python3
"""Compares clone, edit, commit and push by git's client with one push of ours, on the same real server in one run.

    tests/git-server/measure.py [FILES...]       repositories of so many files; 1000 and 50000 without

Both change the same files: 1 and 10000 of them, with answers held back by 0 and 50 ms. git's client clones one commit
deep, as the tools of this field do, and once more without blobs (--filter=blob:none), as it does best. Bytes are those
of requests' and answers' bodies; memory is the largest resident set of any process of the client's. A way that takes
longer than five minutes is given up and its row says so. What is cloned goes where TMPDIR says.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

# Seconds after which a way is given up.
PATIENCE = 300
ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
TARGET = os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target"))
QUIET = {
    **os.environ,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_AUTHOR_NAME": "Ann",
    "GIT_AUTHOR_EMAIL": "ann@example.com",
    "GIT_COMMITTER_NAME": "Ann",
    "GIT_COMMITTER_EMAIL": "ann@example.com",
    # Left to itself git tidies up in the background, on time that nobody is charged for and in folders that are gone.
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "gc.auto",
    "GIT_CONFIG_VALUE_0": "0",
}


def build():
    cargo = ["cargo", "build", "--release", "--quiet"]
    subprocess.run([*cargo, "-p", "fairlead-git-server"], cwd=ROOT, check=True)
    subprocess.run([*cargo, "-p", "fairlead-git", "--example", "commit"], cwd=ROOT, check=True)


def path(number):
    """25 files a folder, 40 folders in each folder above."""
    return f"apps/{number // 1000}/{number // 25 % 40}/file-{number % 25}.yaml"


def text(number, version):
    lines = [f"{key}: {number * 7919 % 100003}-{version}" for key in "name image replicas host memory".split()]
    return " ".join(["kind: Example", *lines])


def repository(folder, files):
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", folder], check=True, env=QUIET)
    subprocess.run(["git", "-C", folder, "config", "gc.auto", "0"], check=True, env=QUIET)
    for setting in ["http.receivepack", "receive.fsckObjects", "uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"]:
        subprocess.run(["git", "-C", folder, "config", setting, "true"], check=True, env=QUIET)
    stream = ["commit refs/heads/main", "committer Ann <ann@example.com> 0 +0000", "data 5", "begin"]
    for number in range(files):
        body = text(number, 0) + "\n"
        stream += [f"M 100644 inline {path(number)}", f"data {len(body)}", body]
    importer = ["git", "-C", folder, "fast-import", "--quiet"]
    subprocess.run(importer, input="\n".join(stream).encode() + b"\n", check=True, env=QUIET)
    subprocess.run(["git", "-C", folder, "repack", "-adq"], check=True, env=QUIET)


def run(command, ends, **more):
    """Runs a command to its end, or until the clock says `ends`; returns its largest resident set in kilobytes."""
    with tempfile.NamedTemporaryFile("r") as told:
        # A process counts what it was before it became the command, and this script is larger than most.
        timed = ["/usr/bin/time", "-q", "-f", "%M", "-o", told.name, *command]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        started = subprocess.Popen(timed, env=QUIET, process_group=0, **quiet, **more)
        try:
            status = started.wait(max(ends - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            os.killpg(started.pid, signal.SIGKILL)
            started.wait()
            raise
        if status != 0:
            raise subprocess.CalledProcessError(status, command)
        return int(told.read())


def client(url, changed, version, scratch, clone):
    folder = os.path.join(scratch, "clone")
    if os.path.exists(folder):
        shutil.rmtree(folder)
    begun = time.monotonic()
    ends = begun + PATIENCE
    memory = [run(["git", "clone", "-q", *clone, url, folder], ends)]
    for number in range(changed):
        where = os.path.join(folder, path(number))
        os.makedirs(os.path.dirname(where), exist_ok=True)
        with open(where, "w") as file:
            file.write(text(number, version) + "\n")
    for command in [["add", "-A"], ["commit", "-q", "-m", "edit"], ["push", "-q", "origin", "main"]]:
        memory.append(run(["git", "-C", folder, *command], ends))
    return time.monotonic() - begun, max(memory)


def ours(url, changed, version, scratch):
    edits = os.path.join(scratch, "edits")
    with open(edits, "w") as file:
        file.writelines(f"{path(number)}\t{text(number, version)}\n" for number in range(changed))
    begun = time.monotonic()
    with open(edits) as file:
        memory = run([os.path.join(TARGET, "release/examples/commit"), url, "main"], begun + PATIENCE, stdin=file)
    return time.monotonic() - begun, memory


def main():
    sizes = [int(word) for word in sys.argv[1:]] or [1000, 50000]
    build()
    ways = {
        "git, depth 1": lambda *rest: client(*rest, ["--depth", "1"]),
        "git, no blobs": lambda *rest: client(*rest, ["--depth", "1", "--filter=blob:none"]),
        "fairlead": ours,
    }
    print("files\tchanged\tdelay ms\tway\tseconds\trequests\tkB sent\tkB received\tMB memory", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        for files in sizes:
            served = os.path.join(scratch, f"{files}.git")
            repository(served, files)
            version = 0
            for delay in [0, 50]:
                server = subprocess.Popen(
                    [os.path.join(TARGET, "release/fairlead-git-server"), scratch, "0", str(delay)],
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                )
                url = f"http://{server.stdout.readline().strip()}/{files}.git"
                for changed in [1, 10000]:
                    for name, way in ways.items():
                        version += 1
                        try:
                            seconds, memory = way(url, changed, version, scratch)
                            took, memory = f"{seconds:.2f}", memory // 1000
                        except subprocess.TimeoutExpired:
                            took, memory = f"over {PATIENCE}", "-"
                        server.stdin.write("\n")
                        server.stdin.flush()
                        requests, sent, received = map(int, server.stdout.readline().split())
                        row = [files, changed, delay, name, took, requests, sent // 1000, received // 1000, memory]
                        print(*row, sep="\t", flush=True)
                server.stdin.close()
                server.wait()
            subprocess.run(["git", "-C", served, "fsck", "--strict", "--no-dangling"], check=True, env=QUIET)
            shutil.rmtree(served)


main()
