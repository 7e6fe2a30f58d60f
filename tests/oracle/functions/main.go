// Command functions answers the function cases with Helm's own template engines.
//
// A case file holds one template a line; the answers of real Helm follow it, indented:
//
//	{{ trunc 3 "hello" }}
//	  = "hel"
//	{{ fail "no" }}
//	  ! error calling fail: no
//
// Where Helm 3 and Helm 4 differ there is a line for each, with the version before the sign. Lines that begin with #
// are comments. Usage:
//
//	go run . answer FILE...      writes the answers into the files
//	go run . random SEED COUNT   prints random cases with their answers
//	go run . verify FILE         checks certificates that templates made
package main

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"regexp"
	"strconv"
	"strings"

	chart3 "helm.sh/helm/v3/pkg/chart"
	chartutil3 "helm.sh/helm/v3/pkg/chartutil"
	engine3 "helm.sh/helm/v3/pkg/engine"
	common4 "helm.sh/helm/v4/pkg/chart/common"
	chart4 "helm.sh/helm/v4/pkg/chart/v2"
	engine4 "helm.sh/helm/v4/pkg/engine"
)

func main() {
	log.SetOutput(io.Discard)
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Setenv("TZ", "UTC")
	var err error
	switch {
	case len(os.Args) > 2 && os.Args[1] == "answer":
		for _, file := range os.Args[2:] {
			if err = answerFile(file); err != nil {
				break
			}
		}
	case len(os.Args) == 3 && os.Args[1] == "verify":
		err = verify(os.Args[2])
	case len(os.Args) == 4 && os.Args[1] == "random":
		err = random(os.Args[2], os.Args[3])
	default:
		err = fmt.Errorf("usage: functions answer FILE... | random SEED COUNT | verify FILE")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func answerFile(name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var out strings.Builder
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "  ") {
			continue
		}
		out.WriteString(line + "\n")
		if line != "" && !strings.HasPrefix(line, "#") {
			writeAnswer(&out, line)
		}
	}
	return os.WriteFile(name, []byte(out.String()), 0o644)
}

func random(seed, count string) error {
	s, err := strconv.ParseUint(seed, 10, 64)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(count)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	g := newGenerator(s)
	for range n {
		expression := g.expression()
		out.WriteString(expression + "\n")
		writeAnswer(out, expression)
	}
	return nil
}

func writeAnswer(out io.StringWriter, template string) {
	three, four := answer3(template), answer4(template)
	if three == four {
		out.WriteString("  " + three + "\n")
		return
	}
	out.WriteString("  3" + three + "\n  4" + four + "\n")
}

// values are what the templates of all cases see as .Values.
func values() map[string]any {
	return map[string]any{
		"float": 3.0, "half": 2.5, "big": 8080000.0, "text": "text", "empty": "", "yes": true, "no": false, "nothing": nil,
		"list": []any{"a", 2.0, true, nil}, "numbers": []any{3.0, 1.0, 2.0},
		"map": map[string]any{"a": 1.0, "b": "two", "c": map[string]any{"d": []any{"e"}, "n": nil}},
	}
}

func answer3(template string) string {
	c := &chart3.Chart{
		Metadata:  &chart3.Metadata{Name: "c", Version: "1.0.0", APIVersion: "v2"},
		Templates: []*chart3.File{{Name: "t", Data: []byte(template)}},
	}
	rendered, err := engine3.Render(c, chartutil3.Values{"Values": chartutil3.Values(values())})
	return shape(rendered["c/t"], err)
}

func answer4(template string) string {
	c := &chart4.Chart{
		Metadata:  &chart4.Metadata{Name: "c", Version: "1.0.0", APIVersion: "v2"},
		Templates: []*common4.File{{Name: "t", Data: []byte(template)}},
	}
	rendered, err := engine4.Render(c, common4.Values{"Values": common4.Values(values())})
	return shape(rendered["c/t"], err)
}

// Messages of the charts themselves are shown with their place only.
var marked = regexp.MustCompile(`^execution error at \(c/t:1:\d+\): `)

// The two dialects set errors differently. The cases are about functions, so only the message is kept.
var position = regexp.MustCompile(`(?s)^(?:template: )?c/t:\d+:\d+:?\s+executing "c/t" at <.*?>:\s+(.*)$`)

func shape(text string, err error) string {
	if err == nil {
		return "= " + strconv.Quote(text)
	}
	message := err.Error()
	if m := position.FindStringSubmatch(message); m != nil {
		message = m[1]
	}
	message = marked.ReplaceAllString(message, "")
	message = strings.TrimPrefix(message, "parse error at (c/t:1): ")
	// A file is text; what is no UTF-8 is shown as what it is taken for.
	message = string([]rune(strings.TrimSpace(message)))
	return "! " + strings.ReplaceAll(message, "\n", `\n`)
}
