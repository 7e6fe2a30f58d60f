//! `.helmignore`: which files of a folder are not part of the chart.

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
    pattern: String,
    negated: bool,
    folders_only: bool,
    /// Without a slash a pattern is held against the last segment of the path alone.
    whole_path: bool,
}

impl IgnoreRules {
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
        for rule in &self.rules {
            if rule.negated {
                // A negated rule leaves out everything that it does not match.
                if (rule.folders_only && !is_folder) || !rule.hits(path) {
                    return true;
                }
            } else if (is_folder || !rule.folders_only) && rule.hits(path) {
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
        let pattern = rule.strip_prefix('/').unwrap_or(rule).to_owned();
        self.rules.push(Rule { pattern, negated, folders_only, whole_path });
        Ok(())
    }
}

impl Rule {
    fn hits(&self, path: &str) -> bool {
        let subject = if self.whole_path { path } else { path.rsplit('/').next().unwrap_or(path) };
        pattern::matches(&self.pattern, subject).unwrap_or(false)
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
