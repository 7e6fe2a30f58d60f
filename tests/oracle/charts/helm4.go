package main

import (
	"fmt"
	"slices"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/chart"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/cli/values"
	release "helm.sh/helm/v4/pkg/release/v1"
)

// ask4 does what `helm template` of Helm 4 does.
func ask4(q question, s *settings) (string, error) {
	options := values.Options{ValueFiles: s.values, Values: s.set, StringValues: s.setString, JSONValues: s.setJSON}
	given, err := options.MergeValues(nil)
	if err != nil {
		return "", err
	}
	var files []*archive.BufferedFile
	for _, name := range q.names() {
		files = append(files, &archive.BufferedFile{Name: name, Data: []byte(q.Files[name])})
	}
	loaded, err := loader.LoadFiles(files)
	if err != nil {
		return "", err
	}
	if kind := loaded.Metadata.Type; kind != "" && kind != "application" {
		return "", fmt.Errorf("%s charts are not installable", kind)
	}
	var wanted []chart.Dependency
	for _, dependency := range loaded.Metadata.Dependencies {
		wanted = append(wanted, dependency)
	}
	if len(wanted) > 0 {
		if err := action.CheckDependencies(loaded, wanted); err != nil {
			return "", fmt.Errorf("an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch missing dependencies: %w", err)
		}
	}
	install := action.NewInstall(action.NewConfiguration())
	install.DryRunStrategy, install.Replace = action.DryRunClient, true
	install.ReleaseName, install.Namespace = "r", "ns"
	install.IncludeCRDs, install.IsUpgrade = s.includeCRDs, s.isUpgrade
	install.DisableHooks = s.noHooks
	answered, err := install.Run(loaded, given)
	rendered, _ := answered.(*release.Release)
	if err != nil {
		if rendered != nil {
			err = hinted(err)
		}
		return "", err
	}
	var hooks []hook
	for _, h := range rendered.Hooks {
		hooks = append(hooks, hook{h.Path, h.Manifest, slices.Contains(h.Events, release.HookTest)})
	}
	return s.print(rendered.Manifest, hooks), nil
}
