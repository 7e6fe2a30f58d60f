//! The page's elements. Text is set as text, never as markup.

use fairlead_delivery::resolve::Matrix;
use gloo::utils::document;
use wasm_bindgen::JsValue;
use web_sys::Element;

use crate::preview::Preview;

/// Replaces the content of the `preview` element.
///
/// # Errors
/// Where the page lacks the element or the browser refuses another.
pub(crate) fn show(preview: &Preview) -> Result<(), JsValue> {
    let main = document().get_element_by_id("preview").ok_or("the page has no element `preview`")?;
    main.set_text_content(None);
    let summary = format!(
        "{} units, {} files, {} messages in {:.1} ms",
        preview.matrix.units.len(),
        preview.outcome.files.len(),
        preview.outcome.diagnostics.len(),
        preview.took,
    );
    add(&main, "p", &summary)?;
    matrix(&main, &preview.matrix)?;
    let list = add(&main, "ul", "")?;
    for said in &preview.outcome.diagnostics {
        add(&list, "li", &said.to_string())?.set_attribute("data-code", said.code.slug())?;
    }
    for (path, blob) in &preview.outcome.files {
        let details = add(&main, "details", "")?;
        add(&details, "summary", path.as_str())?;
        add(&details, "pre", blob.text().unwrap_or_default())?;
    }
    main.set_attribute("aria-busy", "false")
}

/// Workloads down, tenants and environments across.
fn matrix(parent: &Element, matrix: &Matrix) -> Result<(), JsValue> {
    let table = add(parent, "table", "")?;
    let head = add(&table, "tr", "")?;
    add(&head, "th", "")?;
    for (tenant, environment) in &matrix.columns {
        add(&head, "th", &format!("{tenant} {environment}"))?;
    }
    let mut cells = matrix.cells.iter();
    for workload in &matrix.workloads {
        let row = add(&table, "tr", "")?;
        add(&row, "th", workload.as_str())?;
        for cell in cells.by_ref().take(matrix.columns.len()) {
            let targets: Vec<_> = cell.targets.iter().map(|target| target.as_str()).collect();
            add(&row, "td", &targets.join(", "))?.set_attribute("data-status", cell.status.word())?;
        }
    }
    Ok(())
}

fn add(parent: &Element, name: &str, text: &str) -> Result<Element, JsValue> {
    let element = document().create_element(name)?;
    if !text.is_empty() {
        element.set_text_content(Some(text));
    }
    parent.append_child(&element)?;
    Ok(element)
}
