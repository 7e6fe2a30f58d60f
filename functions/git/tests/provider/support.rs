//! What every test needs: a proposal, and our side of a provider.

use fairlead_fetch::{Address, Guarded, Native, Policy};
use fairlead_git::Branch;
use fairlead_git::provider::{Event, Kind, Proposal, Provider, State, Status, Webhook};
use fairlead_git::push::Credential;

pub(crate) fn native() -> Guarded<Native> {
    Guarded::native(Policy::own_machine())
}

pub(crate) fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

pub(crate) fn provider(kind: Kind, url: &str, token: &str) -> Provider<Native> {
    Provider::new(native(), kind, &address(url), Some(&Credential::token(token))).unwrap()
}

pub(crate) fn proposal(head: &str, base: &str, title: &str, body: &str) -> Proposal {
    Proposal::new(Branch::parse(head).unwrap(), Branch::parse(base).unwrap(), title, body)
}

pub(crate) fn status(state: State) -> Status {
    Status {
        state,
        context: "fairlead/shop".to_owned(),
        description: "45 units — ".repeat(20),
        url: Some(address("https://fairlead.example.com/p/shop")),
    }
}

pub(crate) fn webhook(secret: &str, events: &[Event]) -> Webhook {
    Webhook {
        url: address("https://fairlead.example.com/hooks/1?a=b"),
        secret: secret.to_owned(),
        events: events.iter().copied().collect(),
    }
}
