//! The component and its instances.

use anyhow::{Context as _, Result};
use http_body_util::BodyExt as _;
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response};
use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::{Config, Engine, Store};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::p3::bindings::ServicePre;
use wasmtime_wasi_http::{
    Error, RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView,
};

use crate::application::Application;

/// A compiled component with everything it imports, ready to be instantiated for each request.
#[derive(Clone)]
pub struct Service {
    engine: Engine,
    instances: ServicePre<State>,
}

impl Service {
    /// Compiles the application's component and links what it imports.
    ///
    /// # Errors
    /// Where the component is not one, or imports an interface that is not served here.
    pub fn load(application: &Application) -> Result<Service> {
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
        let linked = linker.instantiate_pre(&component).map_err(into_anyhow)?;
        let instances = ServicePre::new(linked).map_err(into_anyhow)?;
        Ok(Service { engine, instances })
    }

    /// Answers one request with a fresh instance, as Spin does; the body is collected before it is sent on.
    ///
    /// # Errors
    /// Where the instance traps or answers with an error instead of a response.
    pub async fn handle(&self, request: Request<Incoming>) -> Result<Response<Bytes>> {
        let mut store = Store::new(&self.engine, State::new());
        let request = request.map(|body| body.map_err(Error::from));
        let (request, sent) =
            wasmtime_wasi_http::p3::Request::from_http(store.data_mut().http().hooks, request);
        let service = self.instances.instantiate_async(&mut store).await.map_err(into_anyhow)?;
        let answered = store
            .run_concurrent(async |accessor| {
                let answer = async {
                    let response = service.handle(accessor, request).await??;
                    let response = accessor.with(|access| response.into_http(access, async { Ok(()) }))?;
                    let (parts, body) = response.into_parts();
                    let body = body.collect().await?.to_bytes();
                    wasmtime::Result::Ok(Response::from_parts(parts, body))
                };
                let (answer, _sent) = tokio::join!(answer, sent);
                answer
            })
            .await;
        answered.and_then(|answer| answer).map_err(into_anyhow)
    }
}

/// What one instance may reach: no folders, no network, no environment.
struct State {
    table: ResourceTable,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    outbound: NoOutbound,
}

impl State {
    fn new() -> State {
        let wasi = WasiCtx::builder().inherit_stderr().build();
        State { table: ResourceTable::new(), wasi, http: WasiHttpCtx::new(), outbound: NoOutbound }
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
