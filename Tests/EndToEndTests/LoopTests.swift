import FabricAPI
import FabricClient
import FabricModel
import FoundationEssentials
import GRDB
import NodeControl
import Testing
import TrialFabric

@Suite struct LoopTests {
    @Test("an edit is recorded, queued, approved into a shared tag, explained and reverted")
    func wholeLoop() throws {
        let fabric = try TrialLoop()
        let file = try fabric.folder.write("Port 22\n", to: "tree/sshd_config")
        try fabric.start()
        try Data("Port 2222\n".utf8).write(to: file)
        let made = try fabric.node.weft("commit", "-m", "open port 2222 for backup")
        #expect(made.status == 0, "\(made.errors)")

        let queued = try fabric.queued()
        #expect(queued.message == "open port 2222 for backup")
        let detail = try fabric.admin.commit(queued.id.short)
        let change = try #require(detail.changes.first)
        #expect(detail.changes.count == 1)
        #expect(change.change.key == (try ResourceKey("file:\(file.path)")))
        let before = try #require(change.change.before.keptDigest)
        #expect(try fabric.admin.content(before) == Array("Port 22\n".utf8))

        let tag = try TagName("backup-client")
        try fabric.admin.createTag(tag)
        try fabric.admin.include([tag], in: "trial")
        let result = try fabric.admin.approve(queued.id.text, Approval(into: tag))
        #expect(result.revision?.number == 1)
        #expect(try fabric.admin.queue().isEmpty)
        let explanation = try fabric.admin.explanation(of: change.change.key, on: "trial")
        #expect(explanation.layers.first { $0.wins }?.tag == tag)

        _ = try fabric.admin.revert(RevisionReference(tag: tag, number: 1))
        #expect(try fabric.admin.tag(tag).entries.isEmpty)
        // Unmanaged is not removed.
        #expect(try String(contentsOf: file, encoding: .utf8) == "Port 2222\n")
    }

    @Test("a decision reaches the node, and its status says so")
    func decision() throws {
        let fabric = try TrialLoop()
        try fabric.start()
        try fabric.folder.write("x\n", to: "tree/new")
        _ = try fabric.node.control.commit()
        let queued = try fabric.queued()
        #expect(try fabric.node.control.status().state == .pending)
        _ = try fabric.admin.reject(queued.id.text, Rejection(reason: "not here"))
        let held = try eventually("the decision's arrival") {
            try fabric.node.control.status().heldResources.first { $0.reason == .rejected }
        }
        #expect(held.message == "not here")
        #expect(try fabric.node.control.status().state == .drifted)
    }

    @Test("a node that only observes shows what is to be rolled back, and what that would do")
    func rollBack() throws {
        let fabric = try TrialLoop()
        let file = try fabric.folder.write("Port 22\n", to: "tree/sshd_config")
        try fabric.start()
        try Data("Port 2222\n".utf8).write(to: file)
        _ = try fabric.node.control.commit()
        let queued = try fabric.queued()
        _ = try fabric.admin.reject(queued.id.text, Rejection(reason: "no", remedy: .rollBack))
        let held = try eventually("the decision's arrival") {
            try fabric.node.control.status().heldResources.first { $0.reason == .rollBack }
        }
        #expect(held.message == "no" && held.commit == queued.id)
        let status = try fabric.node.weft("status").text
        #expect(status.contains("the reviewer asks to roll it back; this node only observes"), "\(status)")
        let plan = try fabric.node.weft("plan").text
        #expect(plan.contains("roll back commit \(queued.id.short)"), "\(plan)")
        #expect(try String(contentsOf: file, encoding: .utf8) == "Port 2222\n")
        // An edit of the admin's own takes the resource out of the plan.
        try Data("Port 22222\n".utf8).write(to: file)
        try fabric.node.control.barrier()
        #expect(try fabric.node.control.plan().steps.isEmpty)
    }

    @Test("a change that was undone before the commit is nothing")
    func undone() throws {
        let fabric = try TrialLoop()
        try fabric.start()
        let file = try fabric.folder.write("x\n", to: "tree/new")
        try FileManager.default.removeItem(at: file)
        let made = try fabric.node.weft("commit")
        #expect(made.status != 0)
        #expect(made.errors.contains("nothing"))
        #expect(try fabric.node.control.status().state == .clean)
    }

    @Test("a batch becomes a commit by itself when it has been quiet")
    func automatic() throws {
        let fabric = try TrialLoop()
        try fabric.start(settings: "feedback: {mode: auto, quiet: 1}")
        try fabric.folder.write("x\n", to: "tree/new")
        #expect(try fabric.queued().message.contains("tree/new"))
    }

    @Test("everything that happened without the server arrives when it is back, once and in order")
    func offline() throws {
        let fabric = try TrialLoop()
        try fabric.start()
        fabric.server.stop()
        for round in 1...25 {
            try fabric.folder.write("\(round)\n", to: "tree/file-\(round % 5)")
            _ = try fabric.node.control.commit()
        }
        #expect(try fabric.node.control.status().unsentCommits == 25)
        let line = "Server:  \(fabric.server.address): cannot be reached: connection refused; "
        _ = try eventually("the failed attempt in the status") {
            try fabric.node.weft("status").text.contains(line) ? true : nil
        }
        try fabric.server.start()
        _ = try fabric.node.control.sync()
        let queue = try fabric.admin.queue()
        #expect(queue.count == 25)
        let sequences = try queue.map { try fabric.admin.commit($0.id.text).sequence }
        #expect(sequences == Array(1...25))
    }

    @Test("a commit that the server never takes is shown, and does not hold up those after it")
    func refusedCommit() throws {
        let fabric = try TrialLoop()
        try fabric.start()
        fabric.server.stop()
        for name in ["first", "second", "third"] {
            try fabric.folder.write("x\n", to: "tree/\(name)")
            _ = try fabric.node.control.commit(CommitRequest(message: name))
        }
        let node = try fabric.node
        node.stop()
        let journal = try DatabaseQueue(path: node.state.appending(path: "journal/journal.sqlite").path)
        try journal.write { db in
            let message = String(repeating: "x", count: APILimits.message + 1)
            try db.execute(
                sql: "UPDATE feedback_commit SET message = ? WHERE message = 'second'",
                arguments: [message]
            )
        }
        try journal.close()
        try fabric.server.start()
        try node.start()
        let queue = try eventually("two commits") {
            let queue = try fabric.admin.queue()
            return queue.count == 2 ? queue : nil
        }
        #expect(Set(queue.map(\.message)) == ["first", "third"])
        let status = try eventually("the warning") {
            let status = try node.control.status()
            return status.warnings.isEmpty || status.unsentCommits > 1 ? nil : status
        }
        #expect(status.warnings.map(\.code) == ["commit-refused"])
        #expect(status.unsentCommits == 1)
        #expect(status.server.state == .connected)
    }

    @Test("a server that is gone is seen to be gone, and to be back, without anything to send")
    func connection() throws {
        let fabric = try TrialLoop()
        try fabric.start()
        func wait(for state: ServerConnection.State) throws {
            _ = try eventually("a server that is \(state.rawValue)") {
                try fabric.node.control.status().server.state == state ? true : nil
            }
        }
        try wait(for: .connected)
        fabric.server.stop()
        try wait(for: .unreachable)
        try fabric.server.start()
        try wait(for: .connected)
    }

    @Test("a diff of what is not recorded says why, and of what is and has not changed that nothing is open")
    func notRecorded() throws {
        let fabric = try TrialLoop()
        let file = try fabric.folder.write("x\n", to: "tree/file")
        let ignored = try fabric.folder.write("x\n", to: "tree/4913")
        try fabric.start()
        let clean = try fabric.node.weft("diff", file.path)
        #expect(clean.status == 0)
        #expect(clean.text == "Nothing is open here.\n")
        for (path, reason) in [
            ("/nowhere/else", "lies outside"), (ignored.path, "ignore.yaml leaves out"),
            (file.path + "-gone", "is not there"),
        ] {
            let answer = try fabric.node.weft("diff", path)
            #expect(answer.status == 1, "\(path)")
            #expect(
                answer.errors.contains("file:\(path)") && answer.errors.contains(reason),
                "\(answer.errors)"
            )
        }
    }
}
