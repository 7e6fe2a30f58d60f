//! `.helmignore`: which files of a folder are not part of the chart.

use super::File;
use crate::pattern;

/// The name of the file with the rules, at the top of a chart.
pub const IGNORE_FILE: &str = ".helmignore";

/// The rules of a `.helmignore`, together with Helm's own one.
#[derive(Debug, Clone, Default)]
pub struct IgnoreRules {
    rules: Vec<Rule>,
}

/// Why a `.helmignore` is refused; displays as Helm's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IgnoreError {
    /// `**` has no meaning here.
    #[error("double-star (**) syntax is not supported")]
    DoubleStar,
    /// A rule is not a pattern.
    #[error("syntax error in pattern")]
    Pattern,
}

#[derive(Debug, Clone)]
struct Rule {
    pattern: Pattern,
    negated: bool,
    folders_only: bool,
    /// Without a slash a pattern is held against the last segment of the path alone.
    whole_path: bool,
}

impl IgnoreRules {
    /// Leaves out of a folder's files, sorted by their paths, those that the rules name.
    pub(crate) fn apply(&self, files: &mut Vec<File>) {
        // Neighbours mostly share their folder.
        let mut last = (String::new(), false);
        files.retain(|file| {
            let folder = file.name.rsplit_once('/').map_or("", |(folder, _)| folder);
            if folder != last.0 {
                let outer = folder.match_indices('/').map(|(at, _)| &folder[..at]);
                let ignored = outer.chain([folder]).any(|folder| self.ignores(folder, true));
                last = (folder.to_owned(), ignored);
            }
            !last.1 && !self.ignores(&file.name, false)
        });
    }

    /// Reads the rules of a file and adds Helm's own: hidden files in `templates/` are not templates.
    pub fn parse(file: &str) -> Result<IgnoreRules, IgnoreError> {
        let mut rules = IgnoreRules::default();
        let file = file.strip_prefix('\u{feff}').unwrap_or(file);
        for line in file.lines() {
            rules.add(line)?;
        }
        rules.add("templates/.?*")?;
        Ok(rules)
    }

    /// Whether a path, relative to the chart and with `/`, is left out. Of a folder, everything below is left out too.
    pub fn ignores(&self, path: &str, is_folder: bool) -> bool {
        if path.is_empty() || path == "." || path == "./" {
            return false;
        }
        let base = path.rsplit('/').next().unwrap_or(path);
        for rule in &self.rules {
            if rule.negated {
                // A negated rule leaves out everything that it does not match.
                if (rule.folders_only && !is_folder) || !rule.hits(path, base) {
                    return true;
                }
            } else if (is_folder || !rule.folders_only) && rule.hits(path, base) {
                return true;
            }
        }
        false
    }

    /// Whether a file is left out by itself or because one of its folders is.
    pub fn ignores_file(&self, path: &str) -> bool {
        path.match_indices('/').any(|(at, _)| self.ignores(&path[..at], true)) || self.ignores(path, false)
    }

    fn add(&mut self, line: &str) -> Result<(), IgnoreError> {
        let rule = line.trim();
        if rule.is_empty() || rule.starts_with('#') {
            return Ok(());
        }
        if rule.contains("**") {
            return Err(IgnoreError::DoubleStar);
        }
        pattern::matches(rule, "abc").map_err(|_| IgnoreError::Pattern)?;
        let negated = rule.starts_with('!');
        let rule = rule.strip_prefix('!').unwrap_or(rule);
        let folders_only = rule.ends_with('/');
        let rule = rule.strip_suffix('/').unwrap_or(rule);
        let whole_path = rule.contains('/');
        let pattern = Pattern::new(rule.strip_prefix('/').unwrap_or(rule), whole_path);
        self.rules.push(Rule { pattern, negated, folders_only, whole_path });
        Ok(())
    }
}

impl Rule {
    /// Whether the rule names a path, whose last segment is `base`.
    fn hits(&self, path: &str, base: &str) -> bool {
        let subject = if self.whole_path { path } else { base };
        match &self.pattern {
            Pattern::Text(text) => text == subject,
            Pattern::End(end) => subject.ends_with(end),
            Pattern::Any { start, pattern } => {
                subject.starts_with(start) && pattern::matches(pattern, subject).unwrap_or(false)
            }
        }
    }
}

/// A pattern by what it takes to match it: nearly all are one of the first two.
#[derive(Debug, Clone)]
enum Pattern {
    /// A name.
    Text(String),
    /// `*` and the end of a name.
    End(String),
    /// Anything else, and what it starts with before anything that is special.
    Any { start: String, pattern: String },
}

impl Pattern {
    fn new(pattern: &str, whole_path: bool) -> Pattern {
        const SPECIAL: [char; 4] = ['*', '?', '[', '\\'];
        let is_plain = |text: &str| !text.contains(SPECIAL);
        match pattern.strip_prefix('*') {
            // A star stops at a slash, of which single segments have none.
            Some(end) if !whole_path && is_plain(end) => Pattern::End(end.to_owned()),
            None if is_plain(pattern) => Pattern::Text(pattern.to_owned()),
            _ => {
                let start = pattern.split(SPECIAL).next().unwrap_or_default();
                Pattern::Any { start: start.to_owned(), pattern: pattern.to_owned() }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_tried_in_order() {
        let rules = IgnoreRules::parse("# comment\n*.txt\n/top.md\nbuild/\ndocs/*.png\n").unwrap();
        for (path, hit) in [
            ("a.txt", true),
            ("x/a.txt", true),
            ("top.md", true),
            ("x/top.md", false),
            ("build/out", true),
            ("docs/a.png", true),
            ("docs/b/a.png", false),
            ("templates/.keep", true),
            ("templates/a/.keep", false),
        ] {
            assert_eq!(rules.ignores_file(path), hit, "{path}");
        }
        assert!(!rules.ignores("build", false));
    }

    #[test]
    fn patterns_match_however_they_are_kept() {
        for pattern in ["a", "*.txt", "a*", "*a*", "?", "[ab]", "\\*", "*", "docs/*.png", "*/x"] {
            let rules = IgnoreRules::parse(pattern).unwrap();
            for name in ["a", "b.txt", ".txt", "ab", "*", "docs/a.png", "docs/a/b.png", "q/x"] {
                let subject = if pattern.contains('/') { name } else { name.rsplit('/').next().unwrap() };
                let hit = pattern::matches(pattern, subject).unwrap();
                assert_eq!(rules.ignores(name, false), hit, "{pattern} {name}");
            }
        }
    }

    #[test]
    fn a_file_goes_with_its_folders() {
        let names =
            ["Chart.yaml", "a/b/c.yaml", "a/b/d/e.yaml", "a/x.yaml", "templates/.keep", "templates/x.yaml"];
        let mut files: Vec<File> = names.iter().map(|name| File::new(*name, b"")).collect();
        IgnoreRules::parse("b/\n").unwrap().apply(&mut files);
        let left: Vec<&str> = files.iter().map(|file| &*file.name).collect();
        assert_eq!(left, ["Chart.yaml", "a/x.yaml", "templates/x.yaml"]);
    }

    #[test]
    fn a_negated_rule_leaves_out_the_others() {
        let rules = IgnoreRules::parse("!Chart.yaml\n").unwrap();
        assert!(rules.ignores_file("values.yaml"));
        assert!(!rules.ignores_file("Chart.yaml"));
    }

    #[test]
    fn double_stars_are_refused() {
        assert_eq!(IgnoreRules::parse("a/**\n").unwrap_err(), IgnoreError::DoubleStar);
    }
}
