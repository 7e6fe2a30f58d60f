// Command yaml answers what the Go libraries behind Helm and Kustomize make of a text.
//
//	yaml serve          questions on standard input, one JSON object a line; answers likewise
//	yaml cases FILE...  fills in the answers of case files
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
)

type question struct {
	Kind string `json:"kind"`
	In   string `json:"in"`
}

func main() {
	if len(os.Args) >= 2 && os.Args[1] == "serve" {
		serve()
		return
	}
	if len(os.Args) >= 3 && os.Args[1] == "cases" {
		for _, file := range os.Args[2:] {
			if err := fill(file); err != nil {
				fmt.Fprintln(os.Stderr, file+":", err)
				os.Exit(1)
			}
		}
		return
	}
	fmt.Fprintln(os.Stderr, "usage: yaml serve | yaml cases FILE...")
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
		if in.Buffered() == 0 {
			out.Flush()
		}
	}
}

// fill rewrites a case file. A case is a heading, a fenced block with the input, and a fenced block for each
// question, whose first word is the question's kind. A block marked "escaped" is one quoted Go string.
func fill(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var out strings.Builder
	input := ""
	lines := strings.Split(string(text), "\n")
	for i := 0; i < len(lines); i++ {
		info, fenced := strings.CutPrefix(lines[i], "````")
		if !fenced {
			out.WriteString(lines[i])
			if i < len(lines)-1 {
				out.WriteByte('\n')
			}
			continue
		}
		var body []string
		for i++; i < len(lines) && lines[i] != "````"; i++ {
			body = append(body, lines[i])
		}
		words := strings.Fields(info)
		content := strings.Join(append(body, ""), "\n")
		if words[0] == "input" {
			input = content
			if len(words) > 1 && words[1] == "escaped" {
				if input, err = strconv.Unquote(strings.TrimSpace(content)); err != nil {
					return fmt.Errorf("line %d: %w", i, err)
				}
			}
			fmt.Fprintf(&out, "````%s\n%s````\n", info, content)
			continue
		}
		a := ask(words[0], input)
		if a.Err != "" {
			fmt.Fprintf(&out, "````%s error\n%s\n````\n", words[0], a.Err)
		} else if strings.ContainsAny(a.Out, "\r\ufeff") || a.Out != "" && !strings.HasSuffix(a.Out, "\n") && strings.HasPrefix(words[0], "emit") {
			fmt.Fprintf(&out, "````%s escaped\n%s\n````\n", words[0], strconv.Quote(a.Out))
		} else {
			fmt.Fprintf(&out, "````%s\n%s\n````\n", words[0], strings.TrimSuffix(a.Out, "\n"))
		}
	}
	return os.WriteFile(file, []byte(out.String()), 0o644)
}
