#!/usr/bin/env python3
"""Makes `api.txt`: what Kubernetes publishes about its own API, small enough to load beside the engine.

    data/kubernetes/make.py             writes api.txt, api.digest and cluster-scoped.txt
    data/kubernetes/make.py --check     fails where the committed files are not what it would write

Sources, through the ordinary clients of their registries (`go mod download`, `pip download`):
- k8s.io/kubernetes: the OpenAPI document of each minor version that the module proxy carries;
- kubernetes-validate: the definitions of a minor version that it does not carry yet;
- k8s.io/api, apiextensions-apiserver, kube-aggregator: since when each kind is deprecated, removed and replaced,
  old versions included for the kinds that newer ones no longer know.

The format is described in README.md beside this file.
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
DIGEST = HERE.parent.parent / "engine/delivery/src/kubernetes/api.digest"
CLUSTER_SCOPED = HERE.parent.parent / "engine/delivery/src/kubernetes/cluster-scoped.txt"

# The minors that are supported or ended support within the last months, oldest first.
MINORS = {
    34: ("k8s.io/kubernetes", "v1.34.4"),
    35: ("k8s.io/kubernetes", "v1.35.4"),
    36: ("k8s.io/kubernetes", "v1.36.3"),
    37: ("kubernetes-validate", "1.37.0"),
}
# Later modules overrule earlier ones.
LIFECYCLES = [
    "k8s.io/api@v0.20.6", "k8s.io/api@v0.24.3", "k8s.io/api@v0.28.3", "k8s.io/api@v0.31.14",
    "k8s.io/api@v0.34.4", "k8s.io/api@v0.37.1",
    "k8s.io/apiextensions-apiserver@v0.21.1", "k8s.io/apiextensions-apiserver@v0.37.1",
    "k8s.io/kube-aggregator@v0.21.1", "k8s.io/kube-aggregator@v0.37.1",
]
SPECIAL = {
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "x",
    "io.k8s.apimachinery.pkg.api.resource.Quantity": "q",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "t",
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "t",
}


def module(spec):
    """Downloads a Go module and returns its folder."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "go.mod").write_text("module scratch\n\ngo 1.26\n")
        out = subprocess.run(["go", "mod", "download", "-json", spec], cwd=folder, check=True,
                             capture_output=True, text=True).stdout
    return Path(json.loads(out)["Dir"])


def published(source, version):
    """The definitions of one Kubernetes version, and the scopes of its kinds as far as the source tells."""
    if source == "k8s.io/kubernetes":
        document = json.loads((module(f"{source}@{version}") / "api/openapi-spec/swagger.json").read_text())
        return document["definitions"], scopes(document["paths"])
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["pip", "download", "-q", "--no-deps", "-d", folder, f"{source}=={version}"], check=True)
        (wheel,) = Path(folder).glob("*.whl")
        name = f"kubernetes_validate/kubernetes-json-schema/v{version}-local/_definitions.json"
        return json.loads(zipfile.ZipFile(wheel).read(name))["$defs"], {}


def api_version(group, version):
    return f"{group}/{version}" if group else version


def scopes(paths):
    """(group, kind) -> namespaced, from the addresses at which objects are created."""
    found = {}
    for path, methods in paths.items():
        gvk = methods.get("post", {}).get("x-kubernetes-group-version-kind")
        if gvk and not path.endswith("}") and path.count("{") <= 1:
            key = (gvk["group"], gvk["kind"])
            found[key] = found.get(key, False) or "{namespace}" in path
    return found


def code(schema):
    """One field's type: a letter, `#name`, `[code` or `{code`."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return SPECIAL.get(name) or "#" + name
    kind, form = schema.get("type"), schema.get("format")
    if isinstance(kind, list):
        kind = next(one for one in kind if one != "null")
    if kind == "array":
        return "[" + code(schema.get("items", {}))
    if kind == "object":
        extra = schema.get("additionalProperties")
        return "{" + code(extra) if isinstance(extra, dict) else "{*"
    if kind == "string":
        return {"byte": "y", "date-time": "t", "int-or-string": "x"}.get(form, "s")
    if kind == "integer":
        return "i" if form == "int32" else "l"
    return {"boolean": "b", "number": "n"}.get(kind, "*")


def shape(schema):
    """What a definition is: its own code, or its fields as (name, required, code)."""
    if "properties" not in schema:
        return code(schema)
    required = set(schema.get("required", []))
    return tuple((name, name in required, code(field)) for name, field in sorted(schema["properties"].items()))


def flatten(shapes):
    """Replaces references to definitions without fields by what those are."""
    plain = {name: one for name, one in shapes.items() if isinstance(one, str)}

    def resolve(text):
        prefix, mark, name = text.partition("#")
        return prefix + resolve(plain[name]) if mark and name in plain else text

    return {name: tuple((field, must, resolve(text)) for field, must, text in one)
            for name, one in shapes.items() if not isinstance(one, str)}


def reference(text):
    _, mark, name = text.partition("#")
    return name if mark else None


def classes(versions):
    """Numbers the types so that two versions share one where nothing below it differs either."""
    number = {(minor, name): (name, one) for minor, shapes in versions.items() for name, one in shapes.items()}
    count = 0
    while True:
        ids = {}
        for key in sorted(number):
            ids.setdefault(number[key], len(ids))
        if len(ids) == count:
            return {key: ids[value] for key, value in number.items()}
        count = len(ids)
        known = {key: ids[value] for key, value in number.items()}
        number = {
            (minor, name): (known[minor, name], tuple(
                known[minor, target] for _, _, text in versions[minor][name] if (target := reference(text))))
            for minor, name in number
        }


def kinds(definitions):
    """(apiVersion, kind) -> definition, of what people write into manifests: no lists, no options."""
    found = {}
    for name, schema in definitions.items():
        gvks = schema.get("x-kubernetes-group-version-kind", [])
        fields = schema.get("properties", {})
        if len(gvks) != 1 or "metadata" not in fields or gvks[0]["kind"].endswith("List"):
            continue
        found[api_version(gvks[0]["group"], gvks[0]["version"]), gvks[0]["kind"]] = name
    return found


def lifecycles():
    """(apiVersion, kind) -> (deprecated, removed, replacement), and the kinds marked cluster-scoped."""
    found, cluster = {}, {}
    method = re.compile(r"func \(in \*(\w+)\) APILifecycle(\w+)\(\).*?\{\n\treturn (.*?)\n\}", re.S)
    for spec in LIFECYCLES:
        for file in sorted(module(spec).glob("**/zz_generated.prerelease-lifecycle.go")):
            folder = file.parent
            group = group_of(folder)
            if group is None:
                continue
            facts = {}
            for kind, fact, value in method.findall(file.read_text()):
                facts.setdefault(kind, {})[fact] = value
            for kind, fact in facts.items():
                if kind.endswith("List") or kind.endswith("Options") or "Deprecated" not in fact:
                    continue
                found[api_version(group, folder.name), kind] = (
                    minor(fact["Deprecated"]), minor(fact.get("Removed")), replacement(fact.get("Replacement")))
        for types in sorted(module(spec).glob("**/types*.go")):
            group = group_of(types.parent)
            if group is not None:
                for kind, namespaced in generated_clients(types.read_text()):
                    cluster[group, kind] = namespaced
    return found, cluster


def group_of(folder):
    for name in ("register.go", "doc.go"):
        file = folder / name
        if not file.exists():
            continue
        text = file.read_text()
        match = re.search(r'GroupName = "([^"]*)"', text) or re.search(r"\+groupName=(\S*)", text)
        if match:
            return match[1]
    return None


def generated_clients(text):
    """(kind, namespaced) of each type that a client is generated for."""
    for match in re.finditer(r"((?:^//.*\n|^\n)+)type (\w+) struct", text, re.M):
        tags = match[1].rsplit("\ntype ", 1)[-1]
        if "+genclient\n" in tags or "+genclient " in tags:
            yield match[2], "+genclient:nonNamespaced" not in tags


def minor(value):
    return value.replace(", ", ".") if value else "-"


def replacement(value):
    if not value:
        return "-"
    group, version, kind = re.search(r'Group: "(.*?)", Version: "(.*?)", Kind: "(.*?)"', value).groups()
    return f"{api_version(group, version)}:{kind}"


def make():
    definitions, scope = {}, {}
    gone, clients = lifecycles()
    scope.update(clients)
    for number, source in sorted(MINORS.items()):
        definitions[number], seen = published(*source)
        scope.update(seen)
    shapes = {number: flatten({name: shape(one) for name, one in found.items()})
              for number, found in definitions.items()}
    number_of = classes(shapes)
    order, lines = [], []
    position = {}

    def visit(key):
        """Numbers a type and, breadth first, everything it refers to."""
        queue = [key]
        while queue:
            at, name = queue.pop(0)
            one = number_of[at, name]
            if one in position:
                continue
            position[one] = len(order)
            order.append((at, name))
            queue += [(at, target) for _, _, text in shapes[at][name] if (target := reference(text))]

    by_kind = {}
    for number in sorted(MINORS):
        for gvk, name in kinds(definitions[number]).items():
            by_kind.setdefault(gvk, {})[number] = name
    for gvk in sorted(by_kind):
        for number, name in sorted(by_kind[gvk].items()):
            visit((number, name))

    def token(at, text):
        name = reference(text)
        return text if name is None else text[: text.index("#") + 1] + str(position[number_of[at, name]])

    lines.append("kubernetes " + " ".join(f"1.{number}" for number in sorted(MINORS)))
    for (version, kind), found in sorted(by_kind.items()):
        ids = " ".join(f"{number}:{position[number_of[number, name]]}" for number, name in sorted(found.items()))
        lines.append(f"kind {version} {kind} {ids}")
    for (version, kind), (deprecated, removed, instead) in sorted(gone.items()):
        lines.append(f"gone {version} {kind} {deprecated} {removed} {instead}")
    for at, name in order:
        fields = " ".join(f"{field}{'!' if must else ''}:{token(at, text)}" for field, must, text in shapes[at][name])
        lines.append(f"type {fields}")
    text = "\n".join(lines) + "\n"
    builtin = {(version.rpartition("/")[0], kind) for version, kind in list(by_kind) + list(gone)}
    cluster = sorted(f"{kind}.{group}" if group else kind
                     for (group, kind) in builtin if scope.get((group, kind)) is False)
    digest = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    return {HERE / "api.txt": text, DIGEST: digest + "\n", CLUSTER_SCOPED: "\n".join(cluster) + "\n"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    for path, text in make().items():
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        elif path.read_text() != text:
            sys.exit(f"{path.name} is not what {Path(__file__).name} would write")


if __name__ == "__main__":
    main()
