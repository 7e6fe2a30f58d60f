// A proxy that lets nobody push, or with `all` nothing of git's protocol through, as some stand in front of git servers:
// block.go PORT URL [all].

//go:build ignore

package main

import (
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
)

func main() {
	behind, err := url.Parse(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	all := len(os.Args) > 3 && os.Args[3] == "all"
	proxy := httputil.NewSingleHostReverseProxy(behind)
	answer := func(w http.ResponseWriter, r *http.Request) {
		asked := r.URL.Path + "?" + r.URL.RawQuery
		if strings.Contains(asked, "git-receive-pack") || all && strings.Contains(asked, "git-upload-pack") {
			http.Error(w, "this is blocked", http.StatusForbidden)
			return
		}
		proxy.ServeHTTP(w, r)
	}
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], http.HandlerFunc(answer)))
}
