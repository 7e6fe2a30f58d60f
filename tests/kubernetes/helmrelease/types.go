// Package helmrelease keeps the module of the HelmRelease types in go.mod.
package helmrelease

import _ "github.com/fluxcd/helm-controller/api/v2"
