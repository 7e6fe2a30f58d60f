// Command kustomize answers what Kustomize and yq make of trees and files.
//
//	kustomize serve  questions on standard input, one JSON object a line; answers likewise
//	kustomize time   trees to build, for how long Kustomize takes in memory
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

type question struct {
	Kind string `json:"kind"`
	In   string `json:"in"`
}

type answer struct {
	Out string `json:"out"`
	Err string `json:"err"`
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == "serve" {
		serve()
		return
	}
	if len(os.Args) == 2 && os.Args[1] == "time" {
		if err := measure(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	fmt.Fprintln(os.Stderr, "usage: kustomize serve | kustomize time")
	os.Exit(2)
}

func serve() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	decoder := json.NewDecoder(in)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for {
		var q question
		if decoder.Decode(&q) != nil {
			return
		}
		if encoder.Encode(ask(q.Kind, q.In)) != nil {
			return
		}
		out.Flush()
	}
}

func ask(kind, in string) (a answer) {
	defer func() {
		if r := recover(); r != nil {
			a = answer{Err: fmt.Sprint("panic: ", r)}
		}
	}()
	var out string
	var err error
	switch kind {
	case "tree":
		out, err = buildTree(in)
	case "folder":
		out, err = buildFolder(in)
	case "image":
		out, err = setImage(in)
	case "images":
		out, err = evaluate("sort_keys(..) | .images", in)
	case "yq":
		out, err = edit(in)
	case "meaning":
		out, err = evaluate(".", in)
	default:
		err = fmt.Errorf("input: no kind %q", kind)
	}
	if err != nil {
		return answer{Err: err.Error()}
	}
	return answer{Out: out}
}
