//! Random values as trees, so that they can be made smaller.

#[derive(Clone, Debug)]
pub(crate) enum Tree {
    /// Text of YAML that is one scalar.
    Leaf(String),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
}

impl Tree {
    /// Writes YAML in flow style, which any place can take.
    pub(crate) fn print(&self) -> String {
        match self {
            Tree::Leaf(text) => text.clone(),
            Tree::List(items) => {
                format!("[{}]", items.iter().map(Tree::print).collect::<Vec<_>>().join(", "))
            }
            Tree::Map(items) => {
                let items: Vec<_> =
                    items.iter().map(|(key, value)| format!("{key}: {}", value.print())).collect();
                format!("{{{}}}", items.join(", "))
            }
        }
    }

    /// Writes the top level in block style, one key a line.
    pub(crate) fn document(&self) -> String {
        match self {
            Tree::Map(items) if !items.is_empty() => {
                items.iter().map(|(key, value)| format!("{key}: {}\n", value.print())).collect()
            }
            other => other.print() + "\n",
        }
    }

    /// The trees that have a little less.
    pub(crate) fn smaller(&self) -> Vec<Tree> {
        match self {
            Tree::Leaf(text) if text == "1" => Vec::new(),
            Tree::Leaf(_) => vec![Tree::Leaf("1".to_owned())],
            Tree::List(items) => less(items, Tree::smaller).into_iter().map(Tree::List).collect(),
            Tree::Map(items) => {
                let mut all: Vec<_> = items.iter().map(|(_, value)| value.clone()).collect();
                let entry = |(key, value): &(String, Tree)| {
                    value.smaller().into_iter().map(|value| (key.clone(), value)).collect()
                };
                all.extend(less(items, entry).into_iter().map(Tree::Map));
                all
            }
        }
    }
}

/// The lists with one item less, or with a smaller one.
pub(crate) fn less<T: Clone>(items: &[T], smaller: impl Fn(&T) -> Vec<T>) -> Vec<Vec<T>> {
    let mut all = Vec::new();
    for index in 0..items.len() {
        let mut fewer = items.to_vec();
        fewer.remove(index);
        all.push(fewer);
    }
    for (index, item) in items.iter().enumerate() {
        for item in smaller(item) {
            let mut items = items.to_vec();
            items[index] = item;
            all.push(items);
        }
    }
    all
}
