# Hosted repositories, read by go-git as Argo CD and Flux read them.
part_go_git() {
    need go_git || { not_run go_git "$why"; return; }
    FAIRLEAD_GO_GIT=$go_git cargo_tests go_git cargo test --locked -p fairlead-native --test go_git -- --ignored
}
