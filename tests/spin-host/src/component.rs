//! The component and its instances.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use futures_util::stream::poll_fn;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response};
use tokio::sync::{mpsc, oneshot};
use wasmtime::component::{Component, HasSelf, Linker, ResourceTable};
use wasmtime::{Config, Engine, Store, StoreLimits, StoreLimitsBuilder};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::p3::bindings::ServicePre;
use wasmtime_wasi_http::{
    Error, RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView,
};

use crate::application::Application;
use crate::spin::Served;

/// The most memory of an instance: what the strictest edge gives one.
const MEMORY: usize = 128 << 20;

/// A compiled component with everything it imports, ready to be instantiated for each request.
#[derive(Clone)]
pub struct Service {
    engine: Engine,
    instances: ServicePre<State>,
    application: Arc<Application>,
    data: PathBuf,
}

impl Service {
    /// Compiles the application's component and links what it imports.
    ///
    /// # Errors
    /// Where the component is not one, or imports an interface that is not served here.
    pub fn load(application: Application, data: PathBuf) -> Result<Service> {
        let mut config = Config::new();
        config.wasm_component_model_async(true);
        let engine = Engine::new(&config).map_err(into_anyhow)?;
        let component = Component::from_file(&engine, application.source())
            .map_err(into_anyhow)
            .with_context(|| format!("cannot load {}", application.source().display()))?;
        let mut linker = Linker::new(&engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker).map_err(into_anyhow)?;
        wasmtime_wasi::p3::add_to_linker(&mut linker).map_err(into_anyhow)?;
        wasmtime_wasi_http::p3::add_to_linker(&mut linker).map_err(into_anyhow)?;
        Served::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state).map_err(into_anyhow)?;
        let linked = linker.instantiate_pre(&component).map_err(into_anyhow)?;
        let instances = ServicePre::new(linked).map_err(into_anyhow)?;
        Ok(Service { engine, instances, application: Arc::new(application), data })
    }

    /// Answers one request with a fresh instance, as Spin does. The instance goes on until its answer is sent.
    ///
    /// # Errors
    /// Where the instance traps or answers with an error instead of a response.
    pub async fn handle(&self, request: Request<Incoming>) -> Result<Response<Answer>> {
        let (send, head) = oneshot::channel();
        let service = self.clone();
        let run = tokio::spawn(async move { service.run(request, send).await });
        match head.await {
            Ok(response) => Ok(response),
            Err(_) => Err(run.await?.err().unwrap_or_else(|| anyhow!("there is no answer"))),
        }
    }

    async fn run(&self, request: Request<Incoming>, head: oneshot::Sender<Response<Answer>>) -> Result<()> {
        let mut store = Store::new(&self.engine, State::new(self));
        store.limiter(|state| &mut state.limits);
        let request = request.map(|body| body.map_err(Error::from));
        let (request, sent) =
            wasmtime_wasi_http::p3::Request::from_http(store.data_mut().http().hooks, request);
        let service = self.instances.instantiate_async(&mut store).await.map_err(into_anyhow)?;
        let answered = store
            .run_concurrent(async |accessor| {
                let answer = async {
                    let response = service.handle(accessor, request).await??;
                    let response = accessor.with(|access| response.into_http(access, async { Ok(()) }))?;
                    let (parts, mut body) = response.into_parts();
                    let (send, mut frames) = mpsc::channel(1);
                    let frames = poll_fn(move |context| frames.poll_recv(context));
                    let answer = StreamBody::new(frames).boxed_unsync();
                    let mut wanted = head.send(Response::from_parts(parts, answer)).is_ok();
                    while let (true, Some(frame)) = (wanted, body.frame().await) {
                        // A client that went away ends the instance.
                        wanted = send
                            .send(frame.map_err(|error| io::Error::other(error.to_string())))
                            .await
                            .is_ok();
                    }
                    wasmtime::Result::Ok(())
                };
                let (answer, _sent) = tokio::join!(answer, sent);
                answer
            })
            .await;
        answered.and_then(|answer| answer).map_err(into_anyhow)
    }
}

/// The body of an answer.
pub type Answer = UnsyncBoxBody<Bytes, io::Error>;

/// What one instance may reach: its databases and variables, no folders, no network, no environment.
pub struct State {
    /// What the component has open.
    pub table: ResourceTable,
    /// Its databases and variables.
    pub application: Arc<Application>,
    /// The folder of the databases.
    pub data: PathBuf,
    limits: StoreLimits,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    outbound: NoOutbound,
}

impl State {
    fn new(service: &Service) -> State {
        State {
            table: ResourceTable::new(),
            application: service.application.clone(),
            data: service.data.clone(),
            limits: StoreLimitsBuilder::new().memory_size(MEMORY).build(),
            wasi: WasiCtx::builder().inherit_stderr().build(),
            http: WasiHttpCtx::new(),
            outbound: NoOutbound,
        }
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.outbound }
    }
}

/// Refuses every outbound request, as Spin does where the manifest allows no host.
struct NoOutbound;

type Finished = Box<dyn Future<Output = Result<(), Error>> + Send>;

impl WasiHttpHooks for NoOutbound {
    fn send_request(
        &mut self,
        _request: Request<WasiBody>,
        _options: Option<RequestOptions>,
        _finished: Finished,
    ) -> Box<dyn Future<Output = Result<(Response<WasiBody>, Finished), Error>> + Send> {
        Box::new(async { Err(Error::HttpRequestDenied) })
    }
}

fn into_anyhow(error: wasmtime::Error) -> anyhow::Error {
    anyhow::anyhow!("{error:?}")
}
