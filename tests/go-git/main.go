// Reads a repository with go-git, the library that Argo CD and Flux read repositories with, and prints what it finds:
//
//	go-git URL FOLDER
//
// It lists the refs, clones, clones one commit deep, and prints the files of the head with their ids. Between the lines
// "pull" it waits for a line on its input and pulls.
package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"sort"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/storage/memory"
)

func main() {
	url, folder := os.Args[1], os.Args[2]
	list(url)
	whole := clone("whole", &git.CloneOptions{URL: url}, filepath.Join(folder, "whole"))
	shallow := clone("shallow", &git.CloneOptions{URL: url, Depth: 1, SingleBranch: true, Tags: git.NoTags}, filepath.Join(folder, "shallow"))
	input := bufio.NewScanner(os.Stdin)
	for {
		fmt.Println("pull")
		if !input.Scan() {
			return
		}
		for name, repository := range map[string]*git.Repository{"whole": whole, "shallow": shallow} {
			tree, err := repository.Worktree()
			check(err)
			err = tree.Pull(&git.PullOptions{RemoteName: "origin"})
			if err != nil && err != git.NoErrAlreadyUpToDate {
				check(fmt.Errorf("%s: %w", name, err))
			}
			show(name, repository)
		}
	}
}

func list(url string) {
	remote := git.NewRemote(memory.NewStorage(), &config.RemoteConfig{Name: "origin", URLs: []string{url}})
	refs, err := remote.List(&git.ListOptions{PeelingOption: git.AppendPeeled})
	check(err)
	lines := []string{}
	for _, ref := range refs {
		if ref.Type() == plumbing.SymbolicReference {
			lines = append(lines, fmt.Sprintf("ref %s %s", ref.Target(), ref.Name()))
		} else {
			lines = append(lines, fmt.Sprintf("ref %s %s", ref.Hash(), ref.Name()))
		}
	}
	sort.Strings(lines)
	for _, line := range lines {
		fmt.Println(line)
	}
}

func clone(name string, options *git.CloneOptions, folder string) *git.Repository {
	repository, err := git.PlainClone(folder, false, options)
	check(err)
	show(name, repository)
	return repository
}

func show(name string, repository *git.Repository) {
	head, err := repository.Head()
	check(err)
	commits, err := repository.CommitObjects()
	check(err)
	count := 0
	check(commits.ForEach(func(*object.Commit) error { count++; return nil }))
	fmt.Println(name, "head", head.Hash(), "commits", count)
	commit, err := repository.CommitObject(head.Hash())
	check(err)
	files, err := commit.Files()
	check(err)
	check(files.ForEach(func(file *object.File) error {
		if _, err := file.Contents(); err != nil {
			return err
		}
		fmt.Println(name, "file", file.Hash, file.Name)
		return nil
	}))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
