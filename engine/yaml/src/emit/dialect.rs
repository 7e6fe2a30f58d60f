//! The one place where the printers differ.

/// Which generation of go-yaml reads or prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `go.yaml.in/yaml/v2`: YAML 1.1 booleans, lines folded at 80 columns, sequences not indented.
    V2,
    /// `go.yaml.in/yaml/v3`: YAML 1.2 booleans, no folding, indentation of 4 unless told otherwise.
    V3,
}

/// How to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// The generation of the library.
    pub dialect: Dialect,
    /// How many columns a level is indented by.
    pub indent: usize,
    /// Whether a sequence in a mapping stands at the mapping's own column (v3's `CompactSeqIndent`).
    pub compact_sequences: bool,
    /// Whether values take the way through JSON first, as `sigs.k8s.io/yaml` sends them.
    pub through_json: bool,
}

impl Style {
    /// `sigs.k8s.io/yaml`'s `Marshal`: Helm's `toYaml`.
    pub const V2: Style =
        Style { dialect: Dialect::V2, indent: 2, compact_sequences: false, through_json: true };
    /// v3 with an indentation of 2: Helm's `toYamlPretty`.
    pub const PRETTY: Style =
        Style { dialect: Dialect::V3, indent: 2, compact_sequences: false, through_json: false };
    /// v3 with an indentation of 2 and compact sequences: what kyaml prints.
    pub const KYAML: Style =
        Style { dialect: Dialect::V3, indent: 2, compact_sequences: true, through_json: false };
    /// v3 as it comes: an indentation of 4.
    pub const V3: Style =
        Style { dialect: Dialect::V3, indent: 4, compact_sequences: false, through_json: false };

    /// The column behind which long lines are folded.
    pub(crate) fn width(self) -> usize {
        match self.dialect {
            Dialect::V2 => 80,
            Dialect::V3 => usize::MAX,
        }
    }
}
