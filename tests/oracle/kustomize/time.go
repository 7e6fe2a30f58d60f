package main

import (
	"bufio"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// measure answers, for each line `ROOT<tab>FOLDER` on standard input, how many nanoseconds the best of several builds
// took and how many bytes were printed. The tree is read into memory first, and one processor is used, as by ours.
func measure() error {
	runtime.GOMAXPROCS(1)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		root, folder, _ := strings.Cut(lines.Text(), "\t")
		files, err := intoMemory(root)
		if err != nil {
			return err
		}
		best, size := time.Duration(1<<62), 0
		begin := time.Now()
		for rounds := 0; rounds < 2 || time.Since(begin) < 2*time.Second && rounds < 400; rounds++ {
			start := time.Now()
			out, err := build(files, "/"+folder)
			if err != nil {
				return err
			}
			best, size = min(best, time.Since(start)), len(out)
			if best > 5*time.Second {
				break
			}
		}
		fmt.Printf("%d\t%d\n", best.Nanoseconds(), size)
	}
	return lines.Err()
}

func intoMemory(root string) (filesys.FileSystem, error) {
	files := filesys.MakeFsInMemory()
	return files, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return files.WriteFile(strings.TrimPrefix(path, root), text)
	})
}
