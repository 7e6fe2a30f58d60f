//! Short texts that come again and again, kept once: keys, kinds and names are most of what manifests hold.

use fairlead_yaml::Str;

/// How many texts are remembered at most; one that falls on another's place takes it.
const PLACES: usize = 256;

/// What is longer hardly comes twice.
const LONGEST: usize = 32;

/// The texts that were read last.
pub(super) struct Texts {
    places: Vec<Option<Str>>,
}

impl Texts {
    /// None yet.
    pub(super) fn new() -> Texts {
        Texts { places: vec![None; PLACES] }
    }

    /// The text, without a copy of its own where the same one was read before.
    pub(super) fn share(&mut self, text: &str) -> Str {
        if text.len() > LONGEST {
            return text.into();
        }
        let mix = |hash: usize, byte: &u8| (hash ^ usize::from(*byte)).wrapping_mul(0x0100_0193);
        let hash = text.as_bytes().iter().fold(0x811c_9dc5, mix);
        let Some(place) = self.places.get_mut((hash ^ (hash >> 15)) % PLACES) else { return text.into() };
        match place {
            Some(known) if **known == *text => known.clone(),
            _ => place.insert(text.into()).clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_is_kept_once() {
        let mut texts = Texts::new();
        let (first, second) = (texts.share("metadata"), texts.share("metadata"));
        assert!(Str::ptr_eq(&first, &second));
        assert_eq!(&*texts.share("name"), "name");
        for at in 0..10 * PLACES {
            let text = format!("key-{at}");
            assert_eq!(*texts.share(&text), *text);
        }
    }
}
