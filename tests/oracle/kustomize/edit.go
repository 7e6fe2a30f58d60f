package main

import (
	"io"
	"strings"

	"github.com/mikefarah/yq/v4/pkg/yqlib"
	"sigs.k8s.io/kustomize/api/provider"
	kustomize "sigs.k8s.io/kustomize/kustomize/v5/commands/edit"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// setImage runs `kustomize edit set image`: the first line has the arguments, the rest is the kustomization file.
func setImage(in string) (string, error) {
	line, text, _ := strings.Cut(in, "\n")
	files := filesys.MakeFsInMemory()
	if err := files.WriteFile("kustomization.yaml", []byte(text)); err != nil {
		return "", err
	}
	provider := provider.NewDefaultDepProvider()
	command := kustomize.NewCmdEdit(files, provider.GetFieldValidator(), provider.GetResourceFactory(), io.Discard)
	command.SetArgs(append([]string{"set", "image"}, strings.Fields(line)...))
	command.SetOut(io.Discard)
	command.SetErr(io.Discard)
	if err := command.Execute(); err != nil {
		return "", err
	}
	out, err := files.ReadFile("kustomization.yaml")
	return string(out), err
}

// edit runs `yq`: the first line is the expression, the rest the file. The answer is what the file means then.
func edit(in string) (string, error) {
	expression, text, _ := strings.Cut(in, "\n")
	preferences := yqlib.NewDefaultYamlPreferences()
	encoder, decoder := yqlib.NewYamlEncoder(preferences), yqlib.NewYamlDecoder(preferences)
	out, err := yqlib.NewStringEvaluator().Evaluate(expression, text, encoder, decoder)
	if err != nil {
		return "", err
	}
	return evaluate(".", out)
}

// evaluate answers what an expression selects, as a line of JSON for each document.
func evaluate(expression, text string) (string, error) {
	preferences := yqlib.NewDefaultJsonPreferences()
	preferences.Indent, preferences.ColorsEnabled = 0, false
	encoder := yqlib.NewJSONEncoder(preferences)
	decoder := yqlib.NewYamlDecoder(yqlib.NewDefaultYamlPreferences())
	return yqlib.NewStringEvaluator().Evaluate(expression, text, encoder, decoder)
}
