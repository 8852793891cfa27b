<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:t="urn://mezhved.example/charge/1.0.0">
  <xsl:output method="xml" encoding="UTF-8"/>
  <xsl:template match="/t:ChargeRequest">
    <t:ChargeResponse>
      <t:Uin><xsl:value-of select="t:Uin"/></t:Uin>
      <t:Accepted>false</t:Accepted>
      <t:Code>40</t:Code>
      <t:Description>Сумма больше допустимой</t:Description>
    </t:ChargeResponse>
  </xsl:template>
</xsl:stylesheet>
