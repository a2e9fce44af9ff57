import FabricAPI
import FabricModel
import HTTPTypes
import Hummingbird
import NIOCore
import ServerStore

/// What those who watch the server want to know, for Prometheus.
struct MetricsEndpoints: Sendable {
    let fabric: Fabric

    var all: [Endpoint] {
        [Endpoint(.get, "/metrics", .reading, answer: metrics)]
    }

    private func metrics(_ call: Call) async throws -> Response {
        _ = try Query(of: call.request, allowed: [])
        let text = try await text(of: fabric.store.figures())
        return Response(
            status: .ok,
            headers: [.contentType: MetricsText.contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }

    private func text(of figures: StoreFigures) -> String {
        var metrics = MetricsText()
        metrics.gauge("weft_queue_commits", "Commits that wait for review.", figures.queuedCommits)
        metrics.gauge("weft_queue_changes", "Undecided changes in them.", figures.undecidedChanges)
        let age = figures.oldestQueued.map { max(0, fabric.now().seconds(since: $0)) } ?? 0
        metrics.gauge(
            "weft_queue_oldest_age_seconds",
            "Since the oldest of them came in; 0 without one.",
            age
        )
        metrics.begin("weft_commits_received_total", .counter, "Commits that ever came in.")
        metrics.add("weft_commits_received_total", [], figures.commits)
        metrics.begin("weft_nodes", .gauge, "Nodes by where they stand.")
        for state in NodeState.allCases {
            metrics.add("weft_nodes", [("state", state.rawValue)], figures.nodes[state] ?? 0)
        }
        let contact = "weft_node_last_contact_timestamp_seconds"
        metrics.begin(contact, .gauge, "When the server last heard of a node.")
        for (node, time) in figures.lastContacts.sorted(by: { $0.key < $1.key }) {
            metrics.add(contact, [("node", node.text)], Double(time.microseconds) / 1_000_000)
        }
        metrics.gauge("weft_store_size_bytes", "What the store takes on the disk.", figures.size)
        metrics.gauge("weft_feed_readers", "Requests and webhooks that wait for the feed.", fabric.feed.count)
        metrics.gauge("weft_webhooks_failing", "Webhooks that fail.", figures.failingWebhooks)
        add(fabric.times.all, to: &metrics)
        return metrics.text
    }

    private func add(
        _ series: [(RequestTimes.Series, RequestTimes.Histogram)],
        to metrics: inout MetricsText
    ) {
        let name = "weft_http_request_duration_seconds"
        metrics.begin(name, .histogram, "How long requests took; long polls count with their waiting.")
        for (series, histogram) in series {
            let labels = [
                ("method", series.method), ("route", series.route), ("status", "\(series.status)"),
            ]
            for (bound, count) in zip(RequestTimes.bounds, histogram.counts) {
                metrics.add("\(name)_bucket", labels + [("le", "\(bound)")], count)
            }
            metrics.add("\(name)_bucket", labels + [("le", "+Inf")], histogram.count)
            metrics.add("\(name)_sum", labels, histogram.sum)
            metrics.add("\(name)_count", labels, histogram.count)
        }
    }
}
