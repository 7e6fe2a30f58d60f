package main

import (
	"bytes"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	commonutil "helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
)

type helm4 struct {
	files   []*archive.BufferedFile
	archive []byte
	chart   *chart.Chart
	written map[string]string
	sorted  int
}

func newHelm4(files []file, archived []byte) helm {
	h := &helm4{archive: archived}
	for _, f := range files {
		h.files = append(h.files, &archive.BufferedFile{Name: f.name, Data: f.data})
	}
	return h
}

func (h *helm4) loadFiles() (err error) {
	h.chart, err = loader.LoadFiles(h.files)
	return err
}

func (h *helm4) loadPackage() (err error) {
	h.chart, err = loader.LoadArchive(bytes.NewReader(h.archive))
	return err
}

func (h *helm4) render() error {
	given := map[string]any{}
	if err := chartutil.ProcessDependencies(h.chart, given); err != nil {
		return err
	}
	release := common.ReleaseOptions{Name: "rel", Namespace: "ns", Revision: 1, IsInstall: true}
	values, err := commonutil.ToRenderValuesWithSchemaValidation(h.chart, given, release, common.DefaultCapabilities, true)
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

func (h *helm4) sort() error {
	hooks, manifests, err := releaseutil.SortManifests(h.written, nil, releaseutil.InstallOrder)
	h.sorted = len(hooks) + len(manifests)
	return err
}

func (h *helm4) documents() int {
	return h.sorted
}
