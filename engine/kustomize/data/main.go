// Command tables writes the two tables that the engine compiles in: `../src/schema/merge.txt`, which lists of which
// Kubernetes kinds merge by which keys, and `../src/fieldspec/defaults.txt`, where names, labels, images and so on
// stand in them. Both come from the Kustomize modules that go.mod names, so that raising a version there and running
// `go run .` here is all there is to an upgrade.
package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"k8s.io/kube-openapi/pkg/validation/spec"
	"sigs.k8s.io/kustomize/kyaml/openapi"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"
	"sigs.k8s.io/yaml"
)

func main() {
	write("../src/schema/merge.txt", mergeTable())
	write("../src/fieldspec/defaults.txt", defaultsTable())
}

func write(path string, content []byte) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		log.Fatal(err)
	}
}

// A shape is one object type, reduced to the fields below which some list merges. Its text is its identity, so that
// equal types of several API versions share one number.
type shapes struct {
	definitions spec.Definitions
	numbers     map[string]int
	texts       []string
	open        map[string]bool
}

// field renders one schema: "" where nothing below it merges.
func (s *shapes) field(schema *spec.Schema) string {
	if ref := schema.Ref.String(); ref != "" {
		name := strings.TrimPrefix(ref, "#/definitions/")
		if s.open[name] {
			return ""
		}
		s.open[name] = true
		defer delete(s.open, name)
		target := s.definitions[name]
		return s.field(&target)
	}
	if len(schema.Type) == 1 && schema.Type[0] == "array" {
		return s.list(schema)
	}
	if len(schema.Properties) > 0 {
		if n := s.object(schema); n >= 0 {
			return strconv.Itoa(n)
		}
		return ""
	}
	if schema.AdditionalProperties != nil && schema.AdditionalProperties.Schema != nil {
		if below := s.field(schema.AdditionalProperties.Schema); below != "" {
			log.Fatalf("a map whose values merge: %s", below)
		}
	}
	return ""
}

func (s *shapes) list(schema *spec.Schema) string {
	strategy, keys := (&openapi.ResourceSchema{Schema: schema}).PatchStrategyAndKeyList()
	merges := false
	for _, part := range strings.Split(strategy, ",") {
		merges = merges || part == "merge"
	}
	if !merges {
		return ""
	}
	below := ""
	if schema.Items != nil && schema.Items.Schema != nil {
		below = s.field(schema.Items.Schema)
	}
	return fmt.Sprintf("[%s]%s", strings.Join(keys, ","), below)
}

func (s *shapes) object(schema *spec.Schema) int {
	var parts []string
	for name, property := range schema.Properties {
		if below := s.field(&property); below != "" {
			parts = append(parts, name+"="+below)
		}
	}
	if len(parts) == 0 {
		return -1
	}
	sort.Strings(parts)
	text := strings.Join(parts, " ")
	if n, found := s.numbers[text]; found {
		return n
	}
	s.numbers[text] = len(s.texts)
	s.texts = append(s.texts, text)
	return len(s.texts) - 1
}

func mergeTable() []byte {
	s := &shapes{definitions: openapi.Schema().Definitions, numbers: map[string]int{}, open: map[string]bool{}}
	kinds := map[string]string{}
	for _, definition := range s.definitions {
		extension, found := definition.Extensions["x-kubernetes-group-version-kind"]
		if !found {
			continue
		}
		for _, one := range extension.([]interface{}) {
			gvk := one.(map[string]interface{})
			version := gvk["version"].(string)
			if group, _ := gvk["group"].(string); group != "" {
				version = group + "/" + version
			}
			kind := gvk["kind"].(string)
			scope := "?"
			if namespaced, known := openapi.IsNamespaceScoped(kyaml.TypeMeta{APIVersion: version, Kind: kind}); known {
				scope = map[bool]string{true: "n", false: "c"}[namespaced]
			}
			kinds[version+" "+kind] = scope
		}
	}
	var names []string
	for name := range kinds {
		names = append(names, name)
	}
	sort.Strings(names)
	out := &bytes.Buffer{}
	lines := &bytes.Buffer{}
	for _, name := range names {
		version, kind, _ := strings.Cut(name, " ")
		schema := openapi.SchemaForResourceType(kyaml.TypeMeta{APIVersion: version, Kind: kind})
		shape := "-"
		if n := s.object(schema.Schema); n >= 0 {
			shape = strconv.Itoa(n)
		}
		if shape == "-" && kinds[name] == "?" {
			continue
		}
		fmt.Fprintf(lines, "%s %s %s\n", name, kinds[name], shape)
	}
	for _, text := range s.texts {
		fmt.Fprintln(out, text)
	}
	fmt.Fprintln(out)
	out.Write(lines.Bytes())
	return out.Bytes()
}

type fieldSpec struct {
	Group, Version, Kind, Path string
	Create                     bool
}

type backReference struct {
	Group, Version, Kind string
	FieldSpecs           []fieldSpec `json:"fieldSpecs"`
}

func defaultsTable() []byte {
	out := &bytes.Buffer{}
	config := map[string]interface{}{}
	if err := yaml.Unmarshal(constants(), &config); err != nil {
		log.Fatal(err)
	}
	var names []string
	for name := range config {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		text, err := yaml.Marshal(config[name])
		if err != nil {
			log.Fatal(err)
		}
		fmt.Fprintln(out, name)
		if name != "nameReference" {
			var specs []fieldSpec
			if err := yaml.Unmarshal(text, &specs); err != nil {
				log.Fatal(err)
			}
			writeSpecs(out, specs)
			continue
		}
		var references []backReference
		if err := yaml.Unmarshal(text, &references); err != nil {
			log.Fatal(err)
		}
		for _, r := range references {
			fmt.Fprintf(out, ">%s|%s|%s\n", r.Group, r.Version, r.Kind)
			writeSpecs(out, r.FieldSpecs)
		}
	}
	return out.Bytes()
}

func writeSpecs(out *bytes.Buffer, specs []fieldSpec) {
	for _, s := range specs {
		create := ""
		if s.Create {
			create = "+"
		}
		fmt.Fprintf(out, " %s|%s|%s|%s%s\n", s.Group, s.Version, s.Kind, create, s.Path)
	}
}

// constants joins the configuration that Kustomize compiles in, which stands in string constants of one package.
func constants() []byte {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "sigs.k8s.io/kustomize/api").Output()
	if err != nil {
		log.Fatal(err)
	}
	folder := filepath.Join(strings.TrimSpace(string(dir)), "internal", "konfig", "builtinpluginconsts")
	packages, err := parser.ParseDir(token.NewFileSet(), folder, nil, 0)
	if err != nil {
		log.Fatal(err)
	}
	values := map[string]ast.Expr{}
	for _, file := range packages["builtinpluginconsts"].Files {
		ast.Inspect(file, func(node ast.Node) bool {
			if v, ok := node.(*ast.ValueSpec); ok && len(v.Values) == 1 {
				values[v.Names[0].Name] = v.Values[0]
			}
			return true
		})
	}
	var evaluate func(ast.Expr) string
	evaluate = func(e ast.Expr) string {
		switch e := e.(type) {
		case *ast.BasicLit:
			text, err := strconv.Unquote(e.Value)
			if err != nil {
				log.Fatal(err)
			}
			return text
		case *ast.BinaryExpr:
			return evaluate(e.X) + evaluate(e.Y)
		case *ast.Ident:
			return evaluate(values[e.Name])
		}
		log.Fatalf("an expression that is no text: %T", e)
		return ""
	}
	out := &bytes.Buffer{}
	for name, value := range values {
		if strings.HasSuffix(name, "FieldSpecs") && name != "metadataLabelsFieldSpecs" {
			out.WriteString(evaluate(value) + "\n")
		}
	}
	return out.Bytes()
}
