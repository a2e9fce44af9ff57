import FabricAPI
import FabricModel
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import FabricServer

@Suite struct MetricsRouteTests {
    @Test("metrics tell of the queue, the nodes, the requests and the store")
    func metrics() async throws {
        try await Bench.run { bench, client in
            _ = try await bench.upload("/etc/a", from: nil, to: "x", by: bench.web, through: client)
            _ = try await client.send(.get, "/v1/nodes/nope", as: bench.token(.reader))
            let answer = try await client.send(.get, "/metrics", as: bench.token(.reader))
            #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
            let lines = String(decoding: answer.body, as: UTF8.self).split(separator: "\n").map(String.init)
            for line in [
                "weft_queue_commits 1", "weft_queue_changes 1", "weft_queue_oldest_age_seconds 0.0",
                "weft_commits_received_total 1", #"weft_nodes{state="pending"} 1"#,
                #"weft_nodes{state="clean"} 1"#, #"weft_nodes{state="failed"} 0"#,
                #"weft_node_last_contact_timestamp_seconds{node="web1"} 1790000000.0"#,
                "# TYPE weft_http_request_duration_seconds histogram", "weft_webhooks_failing 0",
                #"weft_http_request_duration_seconds_count{method="GET",route="/v1/nodes/{node}",status="404"} 1"#,
            ] { #expect(lines.contains(line), "\(line)") }
            #expect(lines.contains { $0.hasPrefix("weft_store_size_bytes ") })
        }
    }

    @Test("a request counts in each bound that it stays within")
    func histogram() throws {
        let times = RequestTimes()
        let endpoint = Endpoint(.get, "/a/{b}", .anybody) { _ in .done }
        for seconds in [0.0005, 0.001, 0.3, 100] {
            times.note(endpoint, status: 200, took: .seconds(seconds))
        }
        times.note(endpoint, status: 404, took: .seconds(1))
        #expect(times.all.map(\.0.status) == [200, 404])
        let histogram = try #require(times.all.first?.1)
        #expect(histogram.counts == [2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3])
        #expect(histogram.count == 4)
        #expect(abs(histogram.sum - 100.3015) < 1e-9)
    }

    @Test("a label's value is escaped")
    func labels() {
        var text = MetricsText()
        text.begin("a", .gauge, "h")
        text.add("a", [("b", "c\"d\\e\nf")], 1)
        #expect(text.text == "# HELP a h\n# TYPE a gauge\na{b=\"c\\\"d\\\\e\\nf\"} 1\n")
    }
}
