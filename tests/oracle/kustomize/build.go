package main

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// Messages show an address where they mean a generator.
var address = regexp.MustCompile(`&\{0x[0-9a-f]+ <nil>\}`)

var heading = regexp.MustCompile(`(?m)^-- (.+) --\n`)

// buildTree builds a tree that is written as one text, the form of the case files: `-- path --`, then the file. It builds
// `overlay` if there is one, otherwise `base`; the folder that it runs in is written as ROOT.
func buildTree(text string) (string, error) {
	root, err := os.MkdirTemp("", "kustomize")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(root)
	folder := "base"
	places := heading.FindAllStringSubmatchIndex(text, -1)
	for i, place := range places {
		end := len(text)
		if i+1 < len(places) {
			end = places[i+1][0]
		}
		path := text[place[2]:place[3]]
		if strings.HasPrefix(path, "overlay/") {
			folder = "overlay"
		}
		path = filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return "", err
		}
		if err := os.WriteFile(path, []byte(text[place[1]:end]), 0o644); err != nil {
			return "", err
		}
	}
	if err := os.Chdir(root); err != nil {
		return "", err
	}
	out, err := buildFolder(folder)
	if err != nil {
		text := strings.ReplaceAll(err.Error(), root, "ROOT")
		err = errors.New(address.ReplaceAllString(text, "&{0x0 <nil>}"))
	}
	return strings.ReplaceAll(out, root, "ROOT"), err
}

// buildFolder builds a folder on disk, as `kustomize build` does.
func buildFolder(folder string) (string, error) {
	return build(filesys.MakeFsOnDisk(), folder)
}

func build(files filesys.FileSystem, folder string) (string, error) {
	options := krusty.MakeDefaultOptions()
	options.Reorder = krusty.ReorderOptionUnspecified
	options.PluginConfig = types.DisabledPluginConfig()
	resources, err := krusty.MakeKustomizer(options).Run(files, folder)
	if err != nil {
		return "", err
	}
	out, err := resources.AsYaml()
	return string(out), err
}
