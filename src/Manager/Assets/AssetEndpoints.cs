using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Gateway.Manager.Assets;

internal static class AssetEndpoints
{
    public static void MapAssets(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/assets/{**path}", Send).AllowAnonymous();
        // Browsers ask for it whatever the page says.
        routes.MapGet("/favicon.ico", () => Results.Redirect(EmbeddedAssets.Url("mark.svg"))).AllowAnonymous();
        routes.MapGet("/robots.txt", () => Results.Text("User-agent: *\nDisallow: /\n")).AllowAnonymous();
    }

    private static IResult Send(string path, HttpContext http)
    {
        if (EmbeddedAssets.Find(path) is not { } asset)
        {
            return Results.NotFound();
        }

        var tag = $"\"{asset.Version}\"";
        http.Response.Headers.CacheControl = http.Request.Query["v"] == asset.Version ? "public, max-age=31536000, immutable" : "no-cache";
        http.Response.Headers.ETag = tag;
        http.Response.Headers.Vary = "Accept-Encoding";
        if (http.Request.Headers.IfNoneMatch == tag)
        {
            return Results.StatusCode(StatusCodes.Status304NotModified);
        }

        if (!http.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal))
        {
            return Results.Bytes(asset.Content, asset.ContentType);
        }

        http.Response.Headers.ContentEncoding = "br";
        return Results.Bytes(asset.Brotli, asset.ContentType);
    }
}
