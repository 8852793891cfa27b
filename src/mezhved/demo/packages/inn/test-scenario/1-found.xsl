<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="2.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:t="urn://mezhved.example/inn/1.0.0">
  <xsl:output method="xml" encoding="UTF-8"/>
  <xsl:template match="/t:InnRequest">
    <t:InnResponse RequestId="{@RequestId}" Formed="{current-dateTime()}">
      <t:Inn>990000000115</t:Inn>
      <t:Since>2001-03-04</t:Since>
    </t:InnResponse>
  </xsl:template>
</xsl:stylesheet>
