package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	yamlv3 "go.yaml.in/yaml/v3"
	"sigs.k8s.io/yaml"
)

// answer is what a library said: its output, or its error.
type answer struct {
	Out string `json:"out"`
	Err string `json:"err,omitempty"`
}

func answered(out string, err error) answer {
	if err != nil {
		return answer{Err: err.Error()}
	}
	return answer{Out: out}
}

func useNumber(d *json.Decoder) *json.Decoder {
	d.UseNumber()
	return d
}

// ask runs one question through the library it is meant for. A panic is an answer, too.
func ask(kind, in string) (a answer) {
	defer func() {
		if r := recover(); r != nil {
			a = answer{Err: fmt.Sprintf("panic: %v", r)}
		}
	}()
	switch kind {
	case "read":
		var v any
		err := yaml.Unmarshal([]byte(in), &v, useNumber)
		return asJSON(v, err)
	case "read-map":
		var v map[string]any
		err := yaml.Unmarshal([]byte(in), &v, useNumber)
		return asJSON(v, err)
	case "read-list":
		var v []any
		err := yaml.Unmarshal([]byte(in), &v, useNumber)
		return asJSON(v, err)
	case "read-strict":
		var v any
		err := yaml.UnmarshalStrict([]byte(in), &v, useNumber)
		return asJSON(v, err)
	case "emit-v2":
		return withValue(in, func(v any) (string, error) {
			out, err := yaml.Marshal(v)
			return string(out), err
		})
	case "emit-pretty":
		return withValue(in, func(v any) (string, error) { return emitV3(v, 2, false) })
	case "emit-v3":
		return withValue(in, func(v any) (string, error) { return emitV3(v, 4, false) })
	case "emit-kyaml":
		return withValue(in, func(v any) (string, error) { return emitV3(v, 2, true) })
	case "json":
		return withValue(in, func(v any) (string, error) {
			out, err := json.Marshal(v)
			return string(out), err
		})
	case "json-pretty":
		return withValue(in, func(v any) (string, error) {
			out, err := json.MarshalIndent(v, "", "  ")
			return string(out), err
		})
	case "json-read":
		var v any
		err := json.Unmarshal([]byte(in), &v)
		return asJSON(v, err)
	case "nodes":
		return answered(dumpDocuments(in))
	case "nodes-again":
		return answered(printAgain(in))
	}
	return answer{Err: "unknown question " + kind}
}

func asJSON(v any, err error) answer {
	if err != nil {
		return answer{Err: err.Error()}
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	err = e.Encode(v)
	return answered(strings.TrimSuffix(out.String(), "\n"), err)
}

// withValue decodes JSON as a chart's values come, with whole numbers as int64 and others as float64.
func withValue(in string, f func(any) (string, error)) answer {
	d := json.NewDecoder(strings.NewReader(in))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return answer{Err: "input: " + err.Error()}
	}
	return answered(f(plainNumbers(v)))
}

func plainNumbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := v.Float64()
		return f
	case []any:
		for i := range v {
			v[i] = plainNumbers(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = plainNumbers(v[k])
		}
	}
	return v
}

func emitV3(v any, indent int, compact bool) (string, error) {
	var out bytes.Buffer
	e := yamlv3.NewEncoder(&out)
	e.SetIndent(indent)
	if compact {
		e.CompactSeqIndent()
	}
	if err := e.Encode(v); err != nil {
		return "", err
	}
	err := e.Close()
	return out.String(), err
}

// dumpDocuments prints all nodes of all documents, one a line.
func dumpDocuments(in string) (string, error) {
	var out strings.Builder
	d := yamlv3.NewDecoder(strings.NewReader(in))
	for {
		var node yamlv3.Node
		err := d.Decode(&node)
		if errors.Is(err, io.EOF) {
			return out.String(), nil
		}
		if err != nil {
			return "", err
		}
		dump(&out, &node, 0)
	}
}

var kinds = map[yamlv3.Kind]string{
	yamlv3.DocumentNode: "document",
	yamlv3.SequenceNode: "sequence",
	yamlv3.MappingNode:  "mapping",
	yamlv3.ScalarNode:   "scalar",
	yamlv3.AliasNode:    "alias",
}

func dump(out *strings.Builder, n *yamlv3.Node, depth int) {
	fmt.Fprintf(out, "%s%s %d:%d", strings.Repeat("  ", depth), kinds[n.Kind], n.Line, n.Column)
	if n.Kind != yamlv3.AliasNode && n.Kind != yamlv3.DocumentNode {
		fmt.Fprintf(out, " %s", n.ShortTag())
	}
	for _, style := range []struct {
		style yamlv3.Style
		name  string
	}{
		{yamlv3.TaggedStyle, "tagged"}, {yamlv3.DoubleQuotedStyle, "double"}, {yamlv3.SingleQuotedStyle, "single"},
		{yamlv3.LiteralStyle, "literal"}, {yamlv3.FoldedStyle, "folded"}, {yamlv3.FlowStyle, "flow"},
	} {
		if n.Style&style.style != 0 {
			fmt.Fprintf(out, " %s", style.name)
		}
	}
	if n.Anchor != "" {
		fmt.Fprintf(out, " &%s", n.Anchor)
	}
	if n.Kind == yamlv3.ScalarNode || n.Kind == yamlv3.AliasNode {
		text, _ := json.Marshal(n.Value)
		fmt.Fprintf(out, " %s", text)
	}
	out.WriteByte('\n')
	for _, child := range n.Content {
		dump(out, child, depth+1)
	}
}

// printAgain reads all documents as nodes, drops their comments and prints them.
func printAgain(in string) (string, error) {
	var out bytes.Buffer
	e := yamlv3.NewEncoder(&out)
	e.SetIndent(2)
	e.CompactSeqIndent()
	d := yamlv3.NewDecoder(strings.NewReader(in))
	for {
		var node yamlv3.Node
		err := d.Decode(&node)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", err
		}
		dropComments(&node)
		if err := e.Encode(&node); err != nil {
			return "", err
		}
	}
	err := e.Close()
	return out.String(), err
}

func dropComments(n *yamlv3.Node) {
	n.HeadComment, n.LineComment, n.FootComment = "", "", ""
	for _, child := range n.Content {
		dropComments(child)
	}
}
