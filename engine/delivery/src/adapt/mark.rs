//! What every object of ours says about itself, so that a later generation knows it again.

use std::sync::Arc;

use fairlead_yaml::Value;

use crate::adapt::Fields;

const UNIT: &str = "fairlead.dev/unit";
const RELEASE: &str = "fairlead.dev/release";
const PROTECTED: &str = "fairlead.dev/protected";

/// The unit behind an object.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mark {
    /// The object's kind; empty until it is read from an object.
    pub kind: Arc<str>,
    /// The object's name; empty until it is read from an object.
    pub name: Arc<str>,
    /// `workload/tenant/environment`, or `None` where the object belongs to the project.
    pub unit: Option<Arc<str>>,
    /// The Helm release's name; empty where there is none.
    pub release: Arc<str>,
    /// Whether the environment was protected when the object was written.
    pub protected: bool,
}

impl Mark {
    /// Reads the mark of the first object in a file that carries one, or `None` where none does: such a file is not
    /// ours.
    pub fn read(bytes: &[u8]) -> Option<Mark> {
        let text = std::str::from_utf8(bytes).ok()?;
        text.split("\n---\n").find_map(|document| {
            let object = fairlead_yaml::value::from_str(document).ok()?;
            let metadata = object.field("metadata")?;
            let annotations = metadata.field("annotations")?;
            let said = |name: &str| annotations.field(name).and_then(Value::as_str);
            let unit = said(UNIT)?;
            let own = |value: Option<&Value>| Arc::from(value.and_then(Value::as_str).unwrap_or_default());
            Some(Mark {
                kind: own(object.field("kind")),
                name: own(metadata.field("name")),
                unit: (unit != "-").then(|| Arc::from(unit)),
                release: Arc::from(said(RELEASE).unwrap_or_default()),
                protected: said(PROTECTED) == Some("true"),
            })
        })
    }

    /// Adds the mark to annotations.
    pub fn annotate(&self, annotations: Fields) -> Fields {
        annotations
            .with(UNIT, self.unit.as_deref().unwrap_or("-"))
            .with_some(RELEASE, &*self.release)
            .with_some(PROTECTED, self.protected.then_some("true"))
    }
}
