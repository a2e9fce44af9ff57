import FabricAPI
import FabricModel
import GRDB
import Testing

@testable import ServerStore

@Suite struct AuditTests {
    @Test("refusals give way to newer ones where there are too many, writes never")
    func bound() async throws {
        try await withStore { store in
            let fabric = Fabric(store: store)
            try await fabric.tag("web")
            for number in 0..<100 {
                let refusal = Refusal(
                    principal: nil,
                    action: "edit",
                    subject: "\(number)",
                    detail: nil,
                    code: .forbidden
                )
                try await store.writer.perform { db in
                    try Audit.note(refusal, at: Fabric.moment(1), keeping: 10, in: db)
                }
            }
            let entries = try await store.audit(AuditFilter(), before: nil, limit: 200)
            #expect((10..<20).contains(entries.count { $0.outcome == "forbidden" }))
            #expect(entries.first?.subject == "99")
            #expect(entries.contains { $0.action == "create-tag" })
        }
    }

    @Test(
        "the log is only added to",
        arguments: [
            "DELETE FROM audit", "DELETE FROM audit WHERE outcome = 'done'",
            "UPDATE audit SET principal = 'eve'",
            "UPDATE audit SET outcome = 'forbidden'",
        ]
    )
    func appendOnly(sql: String) async throws {
        try await withStore { store in
            try await Fabric(store: store).tag("web")
            let before = try await store.audit(AuditFilter(), before: nil, limit: 9)
            await #expect(throws: DatabaseError.self) {
                try await store.pool.write { try $0.execute(sql: sql) }
            }
            #expect(try await store.audit(AuditFilter(), before: nil, limit: 9) == before)
        }
    }
}
