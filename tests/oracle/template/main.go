// Answers what Helm's own engines render for templates and values.
//
// Reads one JSON question a line and writes one JSON answer a line:
//
//	{"helm": 3, "files": {"templates/a.yaml": "{{ .Values.a }}"}, "values": "a: 1"}
//	{"files": {"c/templates/a.yaml": "1"}, "error": ""}
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"

	chart3 "helm.sh/helm/v3/pkg/chart"
	chartutil3 "helm.sh/helm/v3/pkg/chartutil"
	engine3 "helm.sh/helm/v3/pkg/engine"
	common4 "helm.sh/helm/v4/pkg/chart/common"
	chart4 "helm.sh/helm/v4/pkg/chart/v2"
	engine4 "helm.sh/helm/v4/pkg/engine"
)

type question struct {
	Helm   int               `json:"helm"`
	Files  map[string]string `json:"files"`
	Values string            `json:"values"`
	Strict bool              `json:"strict"`
}

type answer struct {
	Files map[string]string `json:"files"`
	Error string            `json:"error"`
}

func main() {
	log.SetOutput(io.Discard)
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
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
			a = answer{Error: fmt.Sprintf("panic: %v", r)}
		}
	}()
	var files map[string]string
	var err error
	if q.Helm == 3 {
		files, err = ask3(q)
	} else {
		files, err = ask4(q)
	}
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Files: files}
}

func ask3(q question) (map[string]string, error) {
	c := &chart3.Chart{Metadata: &chart3.Metadata{Name: "c", Version: "1.2.3", APIVersion: "v2"}}
	for name, text := range q.Files {
		c.Templates = append(c.Templates, &chart3.File{Name: name, Data: []byte(text)})
	}
	values, err := chartutil3.ReadValues([]byte(q.Values))
	if err != nil {
		return nil, err
	}
	release := map[string]any{"Name": "r", "Namespace": "n", "Service": "Helm", "Revision": 1, "IsInstall": true}
	top := chartutil3.Values{"Values": values, "Release": release, "Capabilities": chartutil3.DefaultCapabilities}
	return engine3.Engine{Strict: q.Strict}.Render(c, top)
}

func ask4(q question) (map[string]string, error) {
	c := &chart4.Chart{Metadata: &chart4.Metadata{Name: "c", Version: "1.2.3", APIVersion: "v2"}}
	for name, text := range q.Files {
		c.Templates = append(c.Templates, &common4.File{Name: name, Data: []byte(text)})
	}
	values, err := common4.ReadValues([]byte(q.Values))
	if err != nil {
		return nil, err
	}
	release := map[string]any{"Name": "r", "Namespace": "n", "Service": "Helm", "Revision": 1, "IsInstall": true}
	top := common4.Values{"Values": values, "Release": release, "Capabilities": common4.DefaultCapabilities}
	return engine4.Engine{Strict: q.Strict}.Render(c, top)
}
