// Answers what Helm's own code makes of whole charts: loading, dependencies, values, rendering and printing.
//
// Reads one JSON question a line and writes one JSON answer a line. The words are the case files': a chart's files, a
// values file given with -f, and the arguments of `helm template`.
//
//	{"helm": 3, "files": {"Chart.yaml": "…"}, "values": "a: 1", "arguments": ["--set", "b=2"]}
//	{"output": "---\n…", "error": ""}
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"slices"
	"strings"
)

type question struct {
	Helm      int               `json:"helm"`
	Files     map[string]string `json:"files"`
	Values    *string           `json:"values"`
	Arguments []string          `json:"arguments"`
}

type answer struct {
	Output string `json:"output"`
	Error  string `json:"error"`
	Crash  bool   `json:"crash"`
}

func main() {
	log.SetOutput(io.Discard)
	slog.SetDefault(slog.New(slog.DiscardHandler))
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 0, 1<<20), 1<<28)
	out := bufio.NewWriter(os.Stdout)
	for in.Scan() {
		var q question
		if err := json.Unmarshal(in.Bytes(), &q); err != nil {
			log.Fatal(err)
		}
		text, err := json.Marshal(ask(q))
		if err != nil {
			log.Fatal(err)
		}
		fmt.Fprintf(out, "%s\n", text)
		out.Flush()
	}
}

func ask(q question) (a answer) {
	defer func() {
		if r := recover(); r != nil {
			a = answer{Error: fmt.Sprint(r), Crash: true}
		}
	}()
	s, err := q.settings()
	if err == nil {
		defer s.remove()
		if q.Helm == 3 {
			a.Output, err = ask3(q, s)
		} else {
			a.Output, err = ask4(q, s)
		}
	}
	if err != nil {
		return answer{Error: err.Error()}
	}
	return a
}

// names are the chart's files in the order in which Helm walks a folder.
func (q question) names() []string {
	var names []string
	for name := range q.Files {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		return slices.Compare(strings.Split(a, "/"), strings.Split(b, "/"))
	})
	return names
}

// settings are the arguments that the questions use.
type settings struct {
	values, set, setString, setJSON []string
	showOnly                        []string
	includeCRDs, skipTests, noHooks bool
	isUpgrade                       bool
}

func (q question) settings() (*settings, error) {
	s := &settings{}
	if q.Values != nil {
		// The name is part of what Helm says of a file that it can't read.
		if err := os.WriteFile("values.in", []byte(*q.Values), 0o600); err != nil {
			return nil, err
		}
		s.values = []string{"values.in"}
	}
	for i := 0; i < len(q.Arguments); i++ {
		next := func() string { i++; return q.Arguments[i] }
		switch q.Arguments[i] {
		case "--set":
			s.set = append(s.set, next())
		case "--set-string":
			s.setString = append(s.setString, next())
		case "--set-json":
			s.setJSON = append(s.setJSON, next())
		case "--show-only":
			s.showOnly = append(s.showOnly, next())
		case "--include-crds":
			s.includeCRDs = true
		case "--skip-tests":
			s.skipTests = true
		case "--no-hooks":
			s.noHooks = true
		case "--is-upgrade":
			s.isUpgrade = true
		default:
			return nil, fmt.Errorf("the argument %s is not known here", q.Arguments[i])
		}
	}
	return s, nil
}

func (s *settings) remove() {
	for _, name := range s.values {
		os.Remove(name)
	}
}

// hook is a hook's manifest with the file that it comes from, and whether it is a test.
type hook struct {
	path, manifest string
	test           bool
}

// print puts together what `helm template` prints.
func (s *settings) print(manifest string, hooks []hook) string {
	var b strings.Builder
	fmt.Fprintln(&b, strings.TrimSpace(manifest))
	if !s.noHooks {
		for _, h := range hooks {
			if !s.skipTests || !h.test {
				fmt.Fprintf(&b, "---\n# Source: %s\n%s\n", h.path, h.manifest)
			}
		}
	}
	return b.String()
}

func hinted(err error) error {
	return fmt.Errorf("%w\n\nUse --debug flag to render out invalid YAML", err)
}
