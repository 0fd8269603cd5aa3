/** Answer of `GET /api/v1/controller/overview`. */
export interface Overview {
  organizations: { total: number; active: number; independent: number };
  orchestrators: {
    total: number;
    connected: number;
    active: number;
    independent: number;
    inactive: number;
    error: number;
    /**
     * Orchestrators that were active when the controller stopped and still have time to reconnect; included in
     * `active`.
     */
    expected: number;
  };
  messages: { pending: number; sent: number; delivered: number; failed: number; received: number };
  /** Since this process started. */
  heartbeats: { processed: number; ignored: number };
  uptime_sec: number;
  version: string;
}
