package main

import (
	"fmt"
	"slices"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/cli/values"
	"helm.sh/helm/v3/pkg/release"
)

// ask3 does what `helm template` of Helm 3 does.
func ask3(q question, s *settings) (string, error) {
	options := values.Options{ValueFiles: s.values, Values: s.set, StringValues: s.setString, JSONValues: s.setJSON}
	given, err := options.MergeValues(nil)
	if err != nil {
		return "", err
	}
	var files []*loader.BufferedFile
	for _, name := range q.names() {
		files = append(files, &loader.BufferedFile{Name: name, Data: []byte(q.Files[name])})
	}
	chart, err := loader.LoadFiles(files)
	if err != nil {
		return "", err
	}
	if kind := chart.Metadata.Type; kind != "" && kind != "application" {
		return "", fmt.Errorf("%s charts are not installable", kind)
	}
	if wanted := chart.Metadata.Dependencies; wanted != nil {
		if err := action.CheckDependencies(chart, wanted); err != nil {
			return "", fmt.Errorf("An error occurred while checking for chart dependencies. You may need to run `helm dependency build` to fetch missing dependencies: %w", err)
		}
	}
	install := action.NewInstall(&action.Configuration{Log: func(string, ...any) {}})
	install.DryRun, install.DryRunOption, install.ClientOnly, install.Replace = true, "client", true, true
	install.ReleaseName, install.Namespace = "r", "ns"
	install.IncludeCRDs, install.IsUpgrade = s.includeCRDs, s.isUpgrade
	install.DisableHooks = s.noHooks
	rendered, err := install.Run(chart, given)
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
