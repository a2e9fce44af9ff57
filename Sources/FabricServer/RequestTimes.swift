import FabricAPI
import FabricModel
import HTTPTypes
import Hummingbird
import Synchronization

/// How long requests took, by route and status.
///
/// A long poll counts with the time that it waited, so the routes that have one are to be looked at apart.
final class RequestTimes: Sendable {
    /// What is counted together.
    struct Series: Hashable, Comparable {
        var method: String
        /// With captures as `{node}`, so that there are few.
        var route: String
        var status: Int

        static func < (left: Series, right: Series) -> Bool {
            (left.route, left.method, left.status) < (right.route, right.method, right.status)
        }
    }

    /// A cumulative histogram.
    struct Histogram: Hashable {
        /// How many took at most the bound at the same place.
        var counts = [Int](repeating: 0, count: RequestTimes.bounds.count)
        var count = 0
        /// *Units*: seconds.
        var sum = 0.0
    }

    /// *Units*: seconds.
    static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60]

    private let histograms = Mutex<[Series: Histogram]>([:])

    /// Counts a request while it is answered; what is sent after the head of an answer does not count.
    func measure(_ endpoint: Endpoint, _ answer: () async throws -> Response) async throws -> Response {
        let started = ContinuousClock.now
        do {
            let response = try await answer()
            note(endpoint, status: response.status.code, took: started.duration(to: .now))
            return response
        } catch {
            let code =
                switch error {
                case let error as APIError: error.code
                case is ModelError: APIError.Code.invalidRequest
                default: APIError.Code.internalError
                }
            note(endpoint, status: code.status.code, took: started.duration(to: .now))
            throw error
        }
    }

    /// Counts a request.
    func note(_ endpoint: Endpoint, status: Int, took time: Duration) {
        let series = Series(method: endpoint.method.rawValue, route: endpoint.path, status: status)
        let seconds = time / .seconds(1)
        histograms.withLock { histograms in
            var histogram = histograms[series] ?? Histogram()
            histogram.count += 1
            histogram.sum += seconds
            for (index, bound) in Self.bounds.enumerated() where seconds <= bound {
                histogram.counts[index] += 1
            }
            histograms[series] = histogram
        }
    }

    /// All series, in order.
    var all: [(Series, Histogram)] {
        histograms.withLock { histograms in histograms.sorted { $0.key < $1.key } }.map { ($0.key, $0.value) }
    }
}
