//! The `IAMPolicyGenerator`: a service account that stands for one of the cloud.

use crate::Error;
use crate::kustomization::go_struct;
use crate::node::parse;
use crate::resource::Resource;

go_struct! {
    /// The accounts to connect.
    IamPolicy as "IAMPolicyGeneratorArgs" in "types" {
        cloud: String = "cloud",
        kubernetes_service: KubernetesService = "kubernetesService",
        service_account: ServiceAccount = "serviceAccount",
    }
}

go_struct! {
    /// The account in the cluster.
    KubernetesService as "KubernetesService" in "types" {
        name: String = "name",
        namespace: String = "namespace",
    }
}

go_struct! {
    /// The account in the cloud.
    ServiceAccount as "ServiceAccount" in "types" {
        name: String = "name",
        project_id: String = "projectId",
    }
}

/// Makes the service account.
///
/// # Errors
/// A cloud other than `gke`.
pub(crate) fn iam_policy(args: &IamPolicy) -> Result<Resource, Error> {
    if args.cloud != "gke" {
        return Err(Error::Generator(format!("cloud provider {} not supported yet", args.cloud)));
    }
    let (service, account) = (&args.kubernetes_service, &args.service_account);
    let mut text = format!(
        "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  annotations:\n    iam.gke.io/gcp-service-account: \
         {}@{}.iam.gserviceaccount.com\n  name: {}\n",
        account.name, account.project_id, service.name
    );
    if !service.namespace.is_empty() {
        text.push_str(&format!("  namespace: {}\n", service.namespace));
    }
    parse(&text).map(Resource::new).map_err(Error::Generator)
}
