import FabricAPI
import FabricModel
import ScriptedServer
import Testing

@testable import Commands

@Suite("Webhooks")
struct WebhookCommandTests {
    private static let hook = Webhook(
        id: 3,
        url: "https://chat.example/hook",
        events: [.commit, .rejection],
        by: "root",
        addedAt: Fixture.at
    )

    @Test("a webhook is added with the kinds that it wants, and its secret is shown")
    func add() throws {
        let answer = NewWebhook(webhook: Self.hook, secret: "whsec_YQ==")
        let ran = try WeftRunner(answers: ["POST /v1/webhooks": Fixture.json(answer)])
            .run("webhook", "add", Self.hook.url, "--events", "commit,rejection") { requests in
                #expect(
                    requests.map(\.text) == [
                        #"{"events":["commit","rejection"],"url":"https://chat.example/hook"}"#
                    ]
                )
            }
        #expect(
            ran.output == """
                Webhook 3 sends to https://chat.example/hook
                Secret, shown this once: whsec_YQ==

                """
        )
    }

    @Test("kinds that nobody knows are not asked for", arguments: ["", "commits", "commit,", "commit, node"])
    func unknownKinds(kinds: String) throws {
        let ran = try WeftRunner()
            .run("webhook", "add", "https://a", "--events", kinds) { #expect($0.isEmpty) }
        #expect(ran.status == .usage)
    }

    @Test("the list says how each one does")
    func list() throws {
        var hooks = [Self.hook, Self.hook, Self.hook]
        hooks[0].deliveredAt = Fixture.at
        for (index, attempts) in [(1, 2), (2, APILimits.webhookAttempts)] {
            hooks[index] = Webhook(
                id: Int64(3 + index),
                url: "https://b",
                events: nil,
                by: "root",
                addedAt: Fixture.at,
                attempts: attempts,
                failure: "no\u{1B}",
                failedAt: Fixture.at
            )
        }
        let list = WebhookList(webhooks: hooks)
        let ran = try WeftRunner(answers: ["GET /v1/webhooks": Fixture.json(list)]).run("webhook", "list")
        #expect(
            ran.output == """
                ID  STATE     TO                         EVENTS            DELIVERED      FAILURE
                3   ok        https://chat.example/hook  commit,rejection  6 minutes ago
                4   retrying  https://b                  all               never          no\\x1b (2 times)
                5   failing   https://b                  all               never          no\\x1b (12 times)

                """
        )
    }

    @Test("a webhook is removed")
    func remove() throws {
        let ran = try WeftRunner(answers: ["DELETE /v1/webhooks/3": .answer(204, body: [])])
            .run("webhook", "remove", "3")
        #expect(ran.output == "Webhook 3 is removed\n")
    }

    @Test("a test tells whether it was taken", arguments: [nil, "it answered with status 500"])
    func test(failure: String?) throws {
        let answer = Fixture.json(WebhookTest(failure: failure))
        let ran = try WeftRunner(answers: ["POST /v1/webhooks/3/test": answer]).run("webhook", "test", "3")
        #expect(ran.status == (failure == nil ? .done : .failed))
        #expect(ran.output == (failure.map { "It was not taken: \($0)\n" } ?? "It was taken\n"))
    }
}
