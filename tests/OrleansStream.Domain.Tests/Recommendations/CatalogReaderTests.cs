using System.Text;
using OrleansStream.Domain.Recommendations.Catalog;

namespace OrleansStream.Domain.Tests.Recommendations;

public sealed class CatalogReaderTests
{
    [Fact]
    public void ReadsEveryField_WhenAnItemIsWhole()
    {
        var read = Item("""{"id":7,"name":"Shoe","category":" shoes ","price":59.9,"brand":"Acme","url":"https://x/7","imageUrl":"https://x/7.png","tags":["red",9,""],"other":{}}""");
        Assert.Empty(read.Errors);
        var item = read.Value!;
        Assert.Equal(("7", "Shoe", "shoes", 59.9, "Acme"), (item.Id, item.Name, item.Category, item.Price, item.Brand));
        Assert.Equal(("https://x/7", "https://x/7.png"), (item.Url, item.ImageUrl));
        Assert.Equal(["red", "9"], item.Tags);
    }

    [Fact]
    public void IsTheSame_WhenItIsWrittenAndRead()
    {
        var item = new CatalogItem { Id = "a", Name = "Ä", Category = "c", Price = 0, Tags = ["t"] };
        Assert.Equal("""{"id":"a","name":"\u00C4","category":"c","price":0,"tags":["t"]}""", Encoding.UTF8.GetString(item.ToJson()));
        Assert.Equivalent(item, CatalogItem.FromJson(item.ToJson()), strict: true);
        var category = new CatalogCategory { Id = "c", Name = "C", Complements = ["d", "e"] };
        Assert.Equivalent(category, CatalogCategory.FromJson(category.ToJson()), strict: true);
    }

    [Fact]
    public void HasNoComplements_WhenACategoryNamesNone()
    {
        Assert.Equal(["b"], Category("""{"id":"a","complements":["b"]}""").Value!.Complements);
        Assert.Empty(Category("""{"id":"a","name":"A","complements":null}""").Value!.Complements);
    }

    [Theory]
    [InlineData("""{"name":"x"}""", "missing-field")]
    [InlineData("""{"id":""}""", "missing-field")]
    [InlineData("""{"id":"a\u0007b"}""", "invalid-id")]
    [InlineData("""{"id":true}""", "invalid-type", "missing-field")]
    [InlineData("""{"id":"\ud800"}""", "invalid-type", "missing-field")]
    [InlineData("""{"id":"a","price":-1}""", "invalid-price")]
    [InlineData("""{"id":"a","price":1.1e12}""", "invalid-price")]
    [InlineData("""{"id":"a","price":"1"}""", "invalid-price")]
    [InlineData("""{"id":"a","tags":"red"}""", "invalid-tags")]
    [InlineData("""{"id":"a","tags":[{}],"brand":[]}""", "invalid-type", "invalid-type")]
    [InlineData("[]", "not-an-object")]
    [InlineData("""{"id":""", "malformed-json")]
    public void SaysAllThatIsWrong_WhenAnItemIsNone(string json, params string[] codes)
    {
        var read = Item(json);
        Assert.Null(read.Value);
        Assert.Equal(codes.Order(), read.Errors.Select(e => e.Code).Order());
    }

    [Fact]
    public void NamesTheItem_WhenSomethingElseOfItIsWrong() => Assert.Equal("a", Item("""{"id":"a","price":-1}""").Id);

    [Theory]
    [InlineData("id", 256)]
    [InlineData("name", 1024)]
    [InlineData("brand", 1024)]
    [InlineData("url", 2048)]
    [InlineData("imageUrl", 2048)]
    public void RefusesATextThatIsTooLong(string field, int longest)
    {
        string Json(int length) => field == "id" ? $$"""{"id":"{{new string('x', length)}}"}""" : $$"""{"id":"a","{{field}}":"{{new string('x', length)}}"}""";
        Assert.Empty(Item(Json(longest)).Errors);
        Assert.Contains(Item(Json(longest + 1)).Errors, e => e.Code == "field-too-long" && e.Detail.StartsWith(field, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(CatalogReader.MaxTags, true)]
    [InlineData(CatalogReader.MaxTags + 1, false)]
    public void BoundsLists(int count, bool isRead) =>
        Assert.Equal(isRead, Item($$"""{"id":"a","tags":[{{string.Join(',', Enumerable.Repeat("\"t\"", count))}}]}""").Value is not null);

    [Fact]
    public void RefusesBytesThatAreNoUtf8() => Assert.Equal("invalid-utf8", Assert.Single(CatalogReader.ReadItem([0x7B, 0xFF, 0x7D]).Errors).Code);

    private static CatalogReading<CatalogItem> Item(string json) => CatalogReader.ReadItem(Encoding.UTF8.GetBytes(json));

    private static CatalogReading<CatalogCategory> Category(string json) => CatalogReader.ReadCategory(Encoding.UTF8.GetBytes(json));
}
