from django.db import models


class SearchRow(models.Model):
    """检索行: one findable record. Narrow on purpose: every search joins it.

    Its id is the row number in the text index (`search_text`, made by the first migration), which knows no titles
    and no bodies, only tokens.
    """

    kind = models.CharField("类别", max_length=32)
    record_id = models.BigIntegerField("记录编号")
    body_digest = models.CharField("正文指纹", max_length=64)
    source_digest = models.CharField("来源指纹", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "检索行"
        constraints = [
            models.UniqueConstraint(fields=["kind", "record_id"], name="one_search_row_per_record")
        ]
        indexes = [models.Index(fields=["body_digest", "kind"], name="search_row_body")]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}"


class SearchVector(models.Model):
    """词向量: what a record is about, for comparing: its folded title and its words with their counts.

    `words` are 32-bit hashes, `counts` the number of times each stands there (a word of the title counts more);
    both are packed little-endian arrays of the same length.
    """

    row = models.OneToOneField(SearchRow, on_delete=models.CASCADE, primary_key=True, verbose_name="检索行")
    title = models.TextField("标题")
    words = models.BinaryField("词")
    counts = models.BinaryField("次数")

    class Meta:
        verbose_name = verbose_name_plural = "词向量"

    def __str__(self) -> str:
        return self.title
