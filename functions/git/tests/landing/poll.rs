//! Futures, one poll at a time.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// Gives way once: a place where a process may die.
pub(crate) async fn pause() {
    let mut paused = false;
    std::future::poll_fn(move |_| {
        if paused {
            return Poll::Ready(());
        }
        paused = true;
        Poll::Pending
    })
    .await;
}

pub(crate) fn poll<T>(future: &mut Pin<Box<dyn Future<Output = T> + '_>>) -> Option<T> {
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// Polls to the end.
pub(crate) fn finish<T>(future: impl Future<Output = T>) -> T {
    let mut future: Pin<Box<dyn Future<Output = T> + '_>> = Box::pin(future);
    for _ in 0..100_000 {
        if let Some(value) = poll(&mut future) {
            return value;
        }
    }
    panic!("a future never ends");
}
