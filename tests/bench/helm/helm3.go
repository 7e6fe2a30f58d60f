package main

import (
	"bytes"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"helm.sh/helm/v3/pkg/releaseutil"
)

type helm3 struct {
	files   []*loader.BufferedFile
	archive []byte
	chart   *chart.Chart
	written map[string]string
	sorted  int
}

func newHelm3(files []file, archived []byte) helm {
	h := &helm3{archive: archived}
	for _, f := range files {
		h.files = append(h.files, &loader.BufferedFile{Name: f.name, Data: f.data})
	}
	return h
}

func (h *helm3) loadFiles() (err error) {
	h.chart, err = loader.LoadFiles(h.files)
	return err
}

func (h *helm3) loadPackage() (err error) {
	h.chart, err = loader.LoadArchive(bytes.NewReader(h.archive))
	return err
}

func (h *helm3) render() error {
	given := map[string]any{}
	if err := chartutil.ProcessDependenciesWithMerge(h.chart, given); err != nil {
		return err
	}
	release := chartutil.ReleaseOptions{Name: "rel", Namespace: "ns", Revision: 1, IsInstall: true}
	values, err := chartutil.ToRenderValuesWithSchemaValidation(h.chart, given, release, chartutil.DefaultCapabilities, true)
	if err != nil {
		return err
	}
	h.written, err = engine.Engine{}.Render(h.chart, values)
	for path := range h.written {
		if strings.HasSuffix(path, "NOTES.txt") {
			delete(h.written, path)
		}
	}
	return err
}

func (h *helm3) sort() error {
	hooks, manifests, err := releaseutil.SortManifests(h.written, nil, releaseutil.InstallOrder)
	h.sorted = len(hooks) + len(manifests)
	return err
}

func (h *helm3) documents() int {
	return h.sorted
}
