extension FabricClient {
    /// The forms in which the server tells other tools of the nodes.
    public enum ExportForm: String, CaseIterable, Sendable {
        /// A dynamic inventory of Ansible.
        case ansible
        /// The HTTP service discovery of Prometheus.
        case prometheus = "prometheus-sd"
    }

    /// All nodes in the form of another tool, as JSON.
    public func export(_ form: ExportForm) throws(ClientError) -> [UInt8] {
        try succeed(.get, RequestPath("v1", "export", form.rawValue)).body
    }
}
