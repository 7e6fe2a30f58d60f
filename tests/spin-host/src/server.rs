//! The HTTP server around the component.

use std::convert::Infallible;

use anyhow::Result;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::component::{Answer, Service};

/// Serves requests until the process ends.
///
/// # Errors
/// Where no more connections can be accepted.
pub async fn serve(listener: TcpListener, service: Service) -> Result<()> {
    loop {
        let (connection, _) = listener.accept().await?;
        let service = service.clone();
        tokio::spawn(async move {
            let answer = service_fn(|request| respond(&service, request));
            if let Err(error) = http1::Builder::new().serve_connection(TokioIo::new(connection), answer).await
            {
                eprintln!("connection: {error}");
            }
        });
    }
}

/// Answers with the component's response, or with 500 and the reason where it failed.
async fn respond(service: &Service, request: Request<Incoming>) -> Result<Response<Answer>, Infallible> {
    Ok(match service.handle(request).await {
        Ok(response) => response,
        Err(error) => {
            eprintln!("component: {error:?}");
            let text = Full::new(Bytes::from("the component failed\n"));
            let mut response = Response::new(text.map_err(|never| match never {}).boxed_unsync());
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            response
        }
    })
}
