using Microsoft.JSInterop;

namespace Gateway.Manager.Assets;

/// <summary>What a call to the browser ends with once the browser, or the page that made the call, is no longer there.</summary>
internal static class BrowserGone
{
    /// <summary>Whether an exception only says that nobody is there any more.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="left">Whether the page that made the call was left: its elements are gone, so its scripts may fail.</param>
    public static bool Says(Exception exception, CancellationToken left) =>
        exception is JSDisconnectedException or OperationCanceledException or ObjectDisposedException || (exception is JSException && left.IsCancellationRequested);
}
