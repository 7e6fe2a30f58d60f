#!/usr/bin/env python3
"""Records what the real kustomize answers for every case.

usage: record.py KUSTOMIZE     (the path of kustomize 5.8.1)

A case is one text file: sections `-- path --` are files, the last one, `-- output --` or `-- error --`, is what kustomize
printed. It builds `overlay` if there is one, otherwise `base`. The folder that it runs in is written as ROOT.
"""
import pathlib, re, subprocess, sys, tempfile

def sections(text):
    parts = re.split(r'^-- (.+) --\n', text, flags=re.M)
    return list(zip(parts[1::2], parts[2::2]))

for case in sorted((pathlib.Path(__file__).parent / 'cases').rglob('*.txt')):
    files = [(path, body) for path, body in sections(case.read_text()) if path not in ('output', 'error')]
    with tempfile.TemporaryDirectory() as root:
        for path, body in files:
            at = pathlib.Path(root, path)
            at.parent.mkdir(parents=True, exist_ok=True)
            at.write_text(body)
        folder = 'overlay' if pathlib.Path(root, 'overlay').exists() else 'base'
        run = subprocess.run([sys.argv[1], 'build', folder], cwd=root, capture_output=True, text=True)
    kind, answer = ('output', run.stdout) if run.returncode == 0 else ('error', run.stderr[run.stderr.find('Error: ') + 7:])
    answer = re.sub(r'&\{0x[0-9a-f]+ <nil>\}', '&{0x0 <nil>}', answer.replace(root, 'ROOT'))
    body = ''.join(f'-- {path} --\n{text}' for path, text in files) + f'-- {kind} --\n{answer}'
    if body != case.read_text():
        case.write_text(body)
        print('changed', case)
