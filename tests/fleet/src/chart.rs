//! A chart of about podinfo's size: eight templates, a helpers file and some eighty values.

macro_rules! file {
    ($path:literal) => {
        ($path, include_str!(concat!("../podlike/", $path)))
    };
}

/// The chart's files, by their paths within it.
pub(crate) const FILES: &[(&str, &str)] = &[
    file!("Chart.yaml"),
    file!("values.yaml"),
    file!("templates/_helpers.tpl"),
    file!("templates/deployment.yaml"),
    file!("templates/service.yaml"),
    file!("templates/ingress.yaml"),
    file!("templates/hpa.yaml"),
    file!("templates/service-account.yaml"),
    file!("templates/config.yaml"),
    file!("templates/budget.yaml"),
    file!("templates/NOTES.txt"),
];
