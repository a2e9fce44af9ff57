import Testing

@testable import FabricClient

@Suite("Request path")
struct RequestPathTests {
    @Test(
        "a component cannot become more than one",
        arguments: [
            ("web1", "/v1/web1"), ("a/b", "/v1/a%2Fb"), ("..", "/v1/%2E%2E"), (".", "/v1/%2E"),
            ("...", "/v1/..."),
            ("a?b#c", "/v1/a%3Fb%23c"), ("a b%", "/v1/a%20b%25"), ("\u{E9}\n", "/v1/%C3%A9%0A"),
            ("node:web1", "/v1/node:web1"),
        ]
    )
    func component(text: String, path: String) {
        #expect(RequestPath("v1", text).text == path)
    }

    @Test("parameters without a value are left out, others are encoded")
    func query() {
        let path = RequestPath("v1", "queue").query("node", String?.none).query("a", "x&y=z").query("b", 3)
        #expect(path.text == "/v1/queue?a=x%26y%3Dz&b=3")
    }
}
