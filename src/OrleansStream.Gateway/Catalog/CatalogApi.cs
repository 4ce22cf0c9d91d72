using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansStream.Domain.Recommendations.Catalog;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Gateway.Processors;
using OrleansStream.Grains.Catalog;

namespace OrleansStream.Gateway.Catalog;

/// <summary><c>/v1/catalog</c>: items, and categories with what goes with them.</summary>
internal static class CatalogApi
{
    private const string Tag = "Personalization";
    private const string Item = """{"id":"shoe-1","name":"Glide 3","category":"running-shoes","price":129.95,"brand":"Fleet","url":"https://shop.example/shoe-1","imageUrl":"https://shop.example/shoe-1.jpg","tags":["road"]}""";
    private const string Category = """{"id":"running-shoes","name":"Running shoes","complements":["running-accessories"]}""";
    private const string Put = """{"accepted":1,"rejected":0,"results":[{"index":0,"id":"shoe-1","status":"accepted","position":"catalog-items:0:12"}]}""";

    public static void MapCatalog(this IEndpointRouteBuilder routes)
    {
        MapPut(routes, "items", CatalogModel.ItemTopic, Item, json => Judged.Of(CatalogReader.ReadItem(json), item => item.ToJson()));
        MapPut(routes, "categories", CatalogModel.CategoryTopic, Category, json => Judged.Of(CatalogReader.ReadCategory(json), category => category.ToJson()));
        routes.MapGet("/v1/catalog/items", (CatalogModel catalog, string? limit, string? cursor) => ListItems(catalog, limit, cursor))
            .RequireScope(Scope.Read)
            .WithName("ListCatalogItems").WithTags(Tag)
            .WithSummary("Items of the catalogue")
            .WithDescription("In the order of their coming. `next` of one answer is `cursor` of the next.")
            .WithParameterExample("limit", "50").WithParameterExample("cursor", "50")
            .Produces<CatalogPage>().WithResponseExample(200, $$"""{"items":[{{Item}}],"next":null}""")
            .WithProblem(400, PipelineProblems.Example(400, "invalid-cursor", "cursor is `next` of an earlier answer."));
        routes.MapGet("/v1/catalog/items/{id}", (HttpContext context, CatalogModel catalog) => catalog.Find(RouteText.Of(context, "id", 0)) is { } json
                ? new JsonBytes(json) : Problems.Error(404, "item-not-found", "There is no item with this id."))
            .RequireScope(Scope.Read)
            .WithName("GetCatalogItem").WithTags(Tag)
            .WithSummary("An item of the catalogue")
            .WithPathParameter("id", "shoe-1")
            .Produces<CatalogItem>().WithResponseExample(200, Item)
            .WithProblem(404, PipelineProblems.Example(404, "item-not-found", "There is no item with this id."));
        routes.MapGet("/v1/catalog/categories", (CatalogModel catalog, string? limit, string? cursor) => ListCategories(catalog, limit, cursor))
            .RequireScope(Scope.Read)
            .WithName("ListCatalogCategories").WithTags(Tag)
            .WithSummary("Categories, by id")
            .WithDescription("`next` of one answer is `cursor` of the next.")
            .WithParameterExample("limit", "50").WithParameterExample("cursor", "running-shoes")
            .Produces<CategoryPage>().WithResponseExample(200, $$"""{"items":[{{Category}}],"next":null}""")
            .WithProblem(400, PipelineProblems.Example(400, "invalid-limit", "limit is a whole number from 1 to 500."));
    }

    private static void MapPut(IEndpointRouteBuilder routes, string what, string topic, string example, JudgeRecord judge) => routes
        .MapPut($"/v1/catalog/{what}", async (HttpContext context, CatalogIngest ingest) => BatchAnswer.Of(await ingest.PutAsync(context, topic, judge)).ToResult())
        .RequireScope(Scope.Ingest)
        .WithName($"PutCatalog{char.ToUpperInvariant(what[0])}{what[1..]}").WithTags(Tag)
        .WithSummary($"Hand in {what} of the catalogue")
        .WithDescription("One object, an array, or NDJSON. Each replaces what was there under its id. 200, 207 or 422 with a result per record, in order.")
        .WithRequestBodyOf("application/json", example)
        .WithRequestBodyOf("application/x-ndjson", example)
        .Produces<BatchAnswer>().WithResponseExample(200, Put)
        .Produces<BatchAnswer>(207).WithResponseExample(207, """{"accepted":1,"rejected":1,"results":[{"index":0,"id":"shoe-1","status":"accepted","position":"catalog-items:0:12"},{"index":1,"status":"rejected","code":"missing-field","detail":"id is required."}]}""")
        .WithProblem(400, PipelineProblems.Example(400, "malformed-json", "The JSON array cannot be read at record 0: the array does not end."))
        .WithProblem(413, PipelineProblems.Example(413, "too-many-records", "A request takes at most 10,000 records."))
        .WithProblem(415, PipelineProblems.Example(415, "unsupported-content-type", "Send application/json or application/x-ndjson."))
        .WithProblem(422, PipelineProblems.Example(422, "no-record-accepted", "None of 1 records is valid."))
        .WithProblem(429, PipelineProblems.Example(429, "overloaded", "More records wait to be written than may."))
        .WithProblem(503, PipelineProblems.Example(503, "log-unavailable", "Try again in a moment."));

    private static IResult ListItems(CatalogModel catalog, string? limit, string? cursor)
    {
        int start = 0;
        if (!string.IsNullOrEmpty(cursor) && !int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out start))
            return Problems.Error(400, "invalid-cursor", "cursor is `next` of an earlier answer.");
        var (items, next) = catalog.List(start, PageLimit.Of(limit));
        return TypedResults.Ok(new CatalogPage([.. items.Select(json => JsonElement.Parse(json))], next?.ToString(CultureInfo.InvariantCulture)));
    }

    private static Ok<CategoryPage> ListCategories(CatalogModel catalog, string? limit, string? cursor)
    {
        int take = PageLimit.Of(limit);
        var items = catalog.Categories(string.IsNullOrEmpty(cursor) ? null : cursor, take + 1);
        return TypedResults.Ok(new CategoryPage([.. items.Take(take)], items.Count > take ? items[take - 1].Id : null));
    }
}

/// <summary>One page of items.</summary>
internal sealed record CatalogPage(IReadOnlyList<JsonElement> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);

/// <summary>One page of categories.</summary>
internal sealed record CategoryPage(IReadOnlyList<CatalogCategory> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);
