// What Helm's own engine takes for a chart, in process: one line for each operation, with microseconds of processor time.
//
//	helm -helm 4 -seconds 1 FOLDER PACKAGE
//
// The process has one thread for Go code and is charged for all of its threads, so that the garbage collector's work
// counts, as it would on a machine that is busy.
package main

import (
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// A helm is one version of Helm with the chart that it is measured on.
type helm interface {
	// loadFiles loads the chart from files in memory.
	loadFiles() error
	// loadPackage loads the chart from its package.
	loadPackage() error
	// render merges values and executes every template of the chart that the last load left.
	render() error
	// sort splits what the last render left, checks the documents and sorts them.
	sort() error
	// documents is how many documents the last sort left.
	documents() int
}

// A file is one file of a chart: its path within the chart and what is in it.
type file struct {
	name string
	data []byte
}

func main() {
	version := flag.Int("helm", 4, "the major version of Helm")
	seconds := flag.Float64("seconds", 1, "how long each operation is repeated")
	flag.Parse()
	if flag.NArg() != 2 {
		fmt.Fprintln(os.Stderr, "helm [-helm 3|4] [-seconds N] FOLDER PACKAGE")
		os.Exit(2)
	}
	runtime.GOMAXPROCS(1)
	log.SetOutput(io.Discard)
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	files, err := read(flag.Arg(0))
	check(err)
	archive, err := os.ReadFile(flag.Arg(1))
	check(err)
	var chart helm
	if *version == 3 {
		chart = newHelm3(files, archive)
	} else {
		chart = newHelm4(files, archive)
	}
	row("load", *seconds, chart.loadFiles)
	row("load package", *seconds, chart.loadPackage)
	row("render", *seconds, chart.render)
	row("sort", *seconds, chart.sort)
	fmt.Printf("documents\t%d\n", chart.documents())
}

// read has the files of a folder, in the order of their paths.
func read(folder string) ([]file, error) {
	var files []file
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name := filepath.ToSlash(strings.TrimPrefix(path, folder+string(filepath.Separator)))
		files = append(files, file{name, data})
		return err
	})
	return files, err
}

// row repeats an operation and prints what it takes: the least of eleven runs' means. The runs are long enough for the
// garbage collector's work to be in each of them.
func row(name string, seconds float64, run func() error) {
	check(run())
	const runs = 11
	var means []float64
	for range runs {
		began, n := processorTime(), 0
		for n == 0 || processorTime()-began < time.Duration(seconds/runs*float64(time.Second)) {
			check(run())
			n++
		}
		means = append(means, (processorTime()-began).Seconds()*1e6/float64(n))
	}
	fmt.Printf("%s\t%.1f\n", name, slices.Min(means))
}

func processorTime() time.Duration {
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
