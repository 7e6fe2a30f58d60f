//! The generators of a kustomization.

use super::{Accumulator, Target, config_text, plugins, trouble};
use crate::Error;
use crate::generators::{Chart, IamPolicy, config_map, iam_policy, secret, with_global};
use crate::kustomization::{GeneratorArgs, HelmChart};
use crate::resource::{Origin, Resource};

/// A generator that has been configured.
pub(super) enum Generator<'c> {
    /// ConfigMaps.
    ConfigMap(GeneratorArgs),
    /// Secrets.
    Secret(GeneratorArgs),
    /// Service accounts of a cloud.
    IamPolicy(IamPolicy),
    /// A chart.
    Chart(Box<Chart<'c>>),
}

impl<'t> Target<'t> {
    /// Runs the generators of the fields, then those that are configured in files.
    pub(super) fn generate(&self, all: &mut Accumulator) -> Result<(), Error> {
        let mut generators = self.builtin_generators()?;
        generators
            .extend(plugins::generators(self).map_err(|error| error.under("loading generator plugins"))?);
        for (generator, origin) in generators {
            for mut resource in self.run(&generator)? {
                if let Some(origin) = origin.as_ref().filter(|_| resource.origin().is_none()) {
                    resource.set_origin(origin);
                }
                all.list.absorb(resource, self.schemas()).map_err(|error| {
                    Error::Generator(error.to_string()).under("merging from generator &{0x0 <nil>}")
                })?;
            }
        }
        Ok(())
    }

    fn builtin_generators(&self) -> Result<Vec<(Generator<'t>, Option<Origin>)>, Error> {
        let kustomization = &self.kustomization;
        let global = kustomization.generator_options.as_ref();
        let origin = |kind: &str| self.origin.as_ref().map(|origin| origin.builtin(self.file, kind));
        let with_options = |args: &GeneratorArgs| {
            let mut args = args.clone();
            with_global(&mut args.options, global);
            args
        };
        let mut generators = Vec::new();
        for args in &kustomization.config_map_generator {
            generators.push((Generator::ConfigMap(with_options(args)), origin("ConfigMapGenerator")));
        }
        for args in &kustomization.secret_generator {
            generators.push((Generator::Secret(with_options(args)), origin("SecretGenerator")));
        }
        for entry in &kustomization.helm_charts {
            let chart = self.chart(entry)?;
            generators.push((Generator::Chart(Box::new(chart)), origin("HelmChartInflationGenerator")));
        }
        Ok(generators)
    }

    fn chart(&self, entry: &HelmChart) -> Result<Chart<'t>, Error> {
        let globals = self.kustomization.helm_globals.clone().unwrap_or_default();
        let mut entry = entry.clone();
        if entry.namespace.is_empty() {
            let own = &self.kustomization.namespace;
            entry.namespace.clone_from(if own.is_empty() { &self.helm_namespace } else { own });
        }
        let chart = Chart::new(&entry, &globals, self.shared.options.charts, &self.root);
        chart.map_err(|error| {
            // Globals of which nothing is set leave no trace.
            let globals = Some(config_text(&globals)).filter(|text| text != "{}\n");
            let config = config_text(&entry) + &globals.unwrap_or_default();
            trouble("HelmChartInflationGenerator", &config)(error)
        })
    }

    fn run(&self, generator: &Generator<'_>) -> Result<Vec<Resource>, Error> {
        Ok(vec![match generator {
            Generator::ConfigMap(args) => config_map(args, &self.root)?,
            Generator::Secret(args) => secret(args, &self.root)?,
            Generator::IamPolicy(args) => iam_policy(args)?,
            Generator::Chart(chart) => return chart.inflate(&self.root, self.schemas()),
        }])
    }
}
